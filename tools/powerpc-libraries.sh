# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154 # cache is lib.sh's
#
# What is built for a 440 host from Debian's sources and kept in the cache; sourced, after lib.sh.
# All of it is static. A library's entry has lib/pkgconfig/NAME.pc, which may be moved with it.

host=powerpc-linux-gnu

need_tools() {
	local tool
	for tool in "$@"; do
		command -v "$tool" >/dev/null || die "$tool is missing: run tools/install-packages powerpc powerpc-service"
	done
}

# pc NAME VERSION LIBS CFLAGS: out/lib/pkgconfig/NAME.pc.
pc() {
	mkdir -p out/lib/pkgconfig
	cat >"out/lib/pkgconfig/$1.pc" <<-END
		prefix=\${pcfiledir}/../..
		Name: $1
		Description: $1 for $host, static
		Version: $2
		Cflags: $4
		Libs: -L\${prefix}/lib $3
	END
}

# archive LIBRARY FLAGS FILE...: compiles the files into out/lib/libLIBRARY.a.
archive() {
	local library=$1 flags=$2 file
	shift 2
	mkdir -p out/lib
	for file in "$@"; do
		# shellcheck disable=SC2086 # they are words
		$host-gcc -O2 -g $flags -c "$file" -o "$(basename "$file" .c).o"
	done
	$host-ar cr "out/lib/lib$library.a" ./*.o
}

# entry NAME FUNCTION PACKAGE TIME [ENTRY...]: the directory of that cache entry, which is built when it is missing: by
# FUNCTION, with $version being that of the source of Debian's PACKAGE, and with the directories of the entries it is made
# with. Wants cache_lock.
entry() {
	local name=$1 function=$2 package=$3 time=$4 key
	shift 4
	version=$(source_version "$package")
	entries=("$@")
	key=$({ echo "$version $compiler" "${entries[@]##*/}"; declare -f "$function" pc archive; } | content_key)
	cache_entry "$name-powerpc-$key" "$function" "building $name $version for powerpc ($time)"
}

# pkgconfig ENTRY...: where pkg-config is to look for them.
pkgconfig() {
	local all
	all=$(printf ':%s/lib/pkgconfig' "$@")
	printf '%s\n' "${all#:}"
}

build_json() {
	fetch_source json-c "$version"
	run_logged json-c.log cmake -S json-c -B b -DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR=ppc \
		-DCMAKE_C_COMPILER=$host-gcc -DCMAKE_BUILD_TYPE=RelWithDebInfo \
		-DCMAKE_INSTALL_LIBDIR=lib -DBUILD_SHARED_LIBS=OFF -DBUILD_APPS=OFF -DBUILD_TESTING=OFF
	run_logged json-c.log cmake --build b -j "$(jobs)"
	run_logged json-c.log cmake --install b --prefix "$PWD/out"
	rm -rf out/lib/pkgconfig out/lib/cmake
	pc json-c "${version%%-*}" -ljson-c "-I\${prefix}/include/json-c -I\${prefix}/include"
}

build_fdt() {
	local src=device-tree-compiler/libfdt
	if ! fetch_source device-tree-compiler "$version"; then
		say "the archive does not deliver device-tree-compiler $version: taking libfdt from linux-source-6.1"
		src=linux-source-6.1/scripts/dtc/libfdt
		tar xf /usr/src/linux-source-6.1.tar.xz "$src"
	fi
	archive fdt "-I$src" "$src"/*.c
	mkdir -p out/include
	cp "$src/fdt.h" "$src/libfdt.h" "$src/libfdt_env.h" out/include/
	pc libfdt "${version%%-*}" -lfdt "-I\${prefix}/include"
}

# Its own build would want autoreconf, for three files.
build_expat() {
	local src=expat/expat/lib
	fetch_source expat "$version" or-another
	cat >expat_config.h <<-END
		#define BYTEORDER 4321
		#define HAVE_GETRANDOM 1
		#define XML_CONTEXT_BYTES 1024
		#define XML_DTD 1
		#define XML_GE 1
		#define XML_NS 1
	END
	archive expat "-I. -I$src" "$src"/{xmlparse,xmlrole,xmltok}.c
	mkdir -p out/include
	cp "$src/expat.h" "$src/expat_external.h" out/include/
	pc expat "${version%%-*}" -lexpat "-I\${prefix}/include"
}

build_cap() {
	fetch_source libcap2 "$version"
	run_logged libcap.log make -C libcap2/libcap libcap.a CROSS_COMPILE=$host- BUILD_CC=gcc
	mkdir -p out/lib
	cp libcap2/libcap/libcap.a out/lib/
	cp -r libcap2/libcap/include out/
	local number=${version#*:}
	pc libcap "${number%%-*}" -lcap "-I\${prefix}/include"
}

# dbus-daemon alone, with the configuration of its system bus.
build_dbus() {
	fetch_source dbus "$version"
	PKG_CONFIG_LIBDIR=$(pkgconfig "${entries[@]}") PKG_CONFIG_PATH='' run_logged configure.log env -C dbus ./configure -q \
		--host=$host --build="$(gcc -dumpmachine)" --prefix=/usr --sysconfdir=/etc --localstatedir=/var --runstatedir=/run \
		--with-system-socket=/run/dbus/system_bus_socket --disable-shared --enable-static --disable-tests --disable-systemd \
		--disable-selinux --disable-apparmor --disable-libaudit --without-x --disable-xml-docs --disable-doxygen-docs \
		--disable-ducktype-docs CFLAGS=-O2
	run_logged dbus.log make -j "$(jobs)" -C dbus/dbus
	run_logged bus.log make -j "$(jobs)" -C dbus/bus LDFLAGS=-all-static dbus-daemon system.conf
	mkdir -p out/usr/bin out/usr/share/dbus-1/system.d out/usr/share/dbus-1/system-services
	$host-strip -o out/usr/bin/dbus-daemon dbus/bus/dbus-daemon
	cp dbus/bus/system.conf out/usr/share/dbus-1/
}

# libsystemd alone. meson asks for libmount and libcrypt whatever is built; libsystemd has nothing of them.
build_systemd() {
	local name off=()
	for name in efi tpm nscd initrd utmp hibernate ldconfig resolve environment-d binfmt coredump pstore oomd logind hostnamed \
		localed machined portabled sysext userdb networkd timedated timesyncd nss-myhostname nss-mymachines nss-resolve \
		nss-systemd firstboot randomseed backlight vconsole quotacheck sysusers tmpfiles hwdb rfkill xdg-autostart \
		translations gshadow idn smack ima kernel-install repart sysupdate homed remote importd man html tests; do
		off+=("-D$name=false")
	done
	fetch_source systemd "$version"
	mkdir -p unused out/include/systemd
	printf 'Name: mount\nDescription: none\nVersion: 2.30\n' >unused/mount.pc
	printf 'Name: libcrypt\nDescription: none\nVersion: 1\n' >unused/libcrypt.pc
	cat >cross <<-END
		[binaries]
		c = '$host-gcc'
		ar = '$host-ar'
		strip = '$host-strip'
		objcopy = '$host-objcopy'
		pkgconfig = 'pkg-config'
		[properties]
		pkg_config_libdir = '$(pkgconfig "${entries[@]}"):$PWD/unused'
		[built-in options]
		c_args = ['-I${entries[0]}/include']
		c_link_args = ['-static']
		[host_machine]
		system = 'linux'
		cpu_family = 'ppc'
		cpu = 'ppc'
		endian = 'big'
	END
	# The python3 that Debian's jinja2 belongs to.
	PATH=/usr/bin:/bin run_logged meson.log meson setup b systemd --cross-file cross --buildtype=minsize -Dmode=release \
		-Dskip-deps=true -Dstatic-libsystemd=true -Dsplit-usr=false -Dsplit-bin=true "${off[@]}"
	# The library does not say that it needs version.h.
	run_logged systemd.log ninja -C b version.h
	run_logged systemd.log ninja -C b -j "$(jobs)" libsystemd.a
	mkdir -p out/lib
	cp b/libsystemd.a out/lib/
	cp systemd/src/systemd/{_sd-common,sd-bus,sd-bus-protocol,sd-bus-vtable,sd-daemon,sd-event,sd-id128}.h \
		out/include/systemd/
	local number=${version%%-*}
	pc libsystemd "${number%%.*}" "-lsystemd -L\${prefix}/../${entries[0]##*/}/lib -lcap" "-I\${prefix}/include"
}
