"""Phrases that everybody writes. A shared run made of nothing else is no sign of copying.

An explicit list, so that what is left out can be read here; there is no silent limit on how
common a phrase may be.
"""

from __future__ import annotations

VERSION = "1"
PHRASES = (
    # MIT and BSD licences, first published 1988 and 1990.
    (
        "Permission is hereby granted, free of charge, to any person obtaining a copy of this"
        " software and associated documentation files"
    ),
    'THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED',
    (
        "Redistribution and use in source and binary forms, with or without modification, are"
        " permitted provided that the following conditions are met"
    ),
    # Apache License 2.0, its notice.
    "Unless required by applicable law or agreed to in writing",
    # Imprints, notices, film credits.
    (
        "No part of this publication may be reproduced, stored in a retrieval system, or"
        " transmitted in any form or by any means"
    ),
    "Any resemblance to actual persons, living or dead, or actual events is purely coincidental",
    (
        "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor"
        " incididunt ut labore et dolore magna aliqua"
    ),
    "The quick brown fox jumps over the lazy dog",
    "本故事纯属虚构如有雷同纯属巧合",
    "版权所有未经许可不得转载摘编或以其他方式使用",
    "未经授权不得以任何形式复制转载或传播",
)
