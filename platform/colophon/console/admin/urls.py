from django.urls import path

from colophon.console.admin import changes, house, means, people, rulebook

urlpatterns = [
    path("proposals", changes.proposals, name="proposals"),
    path("proposals/<uuid:proposal_id>", changes.proposal, name="proposal"),
    path("people", people.people, name="people"),
    path("people/<uuid:person_id>", people.one_person, name="person"),
    path("invitations/<uuid:invitation_id>", people.invitation, name="invitation"),
    path("roles", people.roles, name="roles"),
    path("banks", rulebook.banks, name="banks"),
    path("banks/<uuid:bank_id>", rulebook.bank, name="bank"),
    path("packs", rulebook.packs, name="packs"),
    path("catalogues", means.catalogues, name="catalogues"),
    path("engines", means.engines, name="engines"),
    path("engines/switch", means.switch, name="switch_engine"),
    path("quotas", means.quotas, name="quotas"),
    path("channels", means.channels, name="channels"),
    path("organisation", house.organisation, name="organisation"),
]
