from django.urls import path

from colophon.portal import batching, boards, bringing, projects, studio, works

urlpatterns = [
    path("studio", studio.studio, name="studio"),
    path("studio/preview", studio.preview, name="preview"),
    path("studio/parameters", studio.parameters, name="parameters"),
    path("studio/jobs", studio.jobs, name="jobs"),
    path("studio/jobs/<uuid:job_id>/cancel", studio.cancel, name="cancel"),
    path("studio/jobs/<uuid:job_id>/retry", studio.retry, name="retry"),
    path("studio/batches/<uuid:batch_id>", batching.batch, name="batch"),
    path("studio/batches/<uuid:batch_id>/cancel", batching.cancel_batch, name="cancel_batch"),
    path("works/<uuid:work_id>/rerun", batching.rerun, name="rerun"),
    path("studio/inputs", bringing.inputs, name="inputs"),
    path("studio/projects", projects.projects, name="projects"),
    path("studio/projects/<uuid:project_id>", projects.project, name="project"),
    path("studio/projects/<uuid:project_id>/members", projects.members, name="members"),
    path("studio/projects/<uuid:project_id>/archive", projects.archive, name="archive"),
    path("boards", boards.boards, name="boards"),
    path("boards/<uuid:board_id>", boards.board, name="board"),
    path("boards/<uuid:board_id>/works", boards.fill, name="fill_board"),
    path("boards/<uuid:board_id>/delete", boards.delete, name="delete_board"),
    path("works/<uuid:work_id>/boards", boards.place, name="place"),
    path("works", works.works, name="works"),
    path("works/bring-in", bringing.bring_in, name="bring_in"),
    path("works/<uuid:work_id>", works.work, name="work"),
    path("works/<uuid:work_id>/ruling", works.ruling, name="ruling"),
    path("works/<uuid:work_id>/release", works.ask_release, name="ask_release"),
    path("releases/<uuid:release_id>/publish", works.publish, name="publish"),
    path("releases/<uuid:release_id>/take-back", works.take_back, name="take_back"),
    path("publications/<uuid:publication_id>/withdraw", works.withdraw, name="withdraw"),
    path("audit", works.audit, name="audit"),
]
