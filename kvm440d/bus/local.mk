# SPDX-License-Identifier: GPL-2.0-or-later
if ENABLE_BUS
libbus440_a_SOURCES +=
endif
