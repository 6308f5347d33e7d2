# SPDX-License-Identifier: GPL-2.0-or-later
dist_pkgdata_DATA += config/guest.schema.json
