#!/bin/sh
# Install what apps or tests want of the machine, by apt; what is there is left alone.
#   tools/machine.sh run     bubblewrap, for the isolation of apps; never fails
#   tools/machine.sh test    all that the tests use; fails when it cannot be had
set -eu
purpose=${1:-run}
say() { echo "$*" >&2; }

wanted="bubblewrap"
[ "$purpose" = run ] ||
	wanted="bubblewrap chromium r-base-core r-cran-plumber r-cran-httr postgresql mariadb-server nginx-light curl"

has() {
	case $1 in
	bubblewrap) command -v bwrap ;;
	chromium) command -v chromium ;;
	nginx-light) command -v nginx || [ -x /usr/sbin/nginx ] ;;
	curl) command -v curl ;;
	mariadb-server) command -v mariadbd || [ -x /usr/sbin/mariadbd ] ;;
	postgresql) ls /usr/lib/postgresql/*/bin/initdb ;;
	*) dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep 'ok installed' ;;
	esac >/dev/null 2>&1
}

missing=""
for package in $wanted; do has "$package" || missing="$missing $package"; done
[ -n "$missing" ] || exit 0

give_up() {
	[ "$purpose" = run ] && exit 0
	say "$1 Install by hand:$missing"
	exit 1
}
command -v apt-get >/dev/null || give_up "There is no apt-get here."
as_root=""
if [ "$(id -u)" != 0 ]; then
	command -v sudo >/dev/null && sudo -n true 2>/dev/null || give_up "This needs root or passwordless sudo."
	as_root="sudo -n"
fi

# Daemons that come with a package are for our tests to start, not for the machine.
no_daemons=/usr/sbin/policy-rc.d
if [ "$purpose" = test ] && [ ! -e "$no_daemons" ]; then
	printf '#!/bin/sh\nexit 101\n' | $as_root tee "$no_daemons" >/dev/null
	$as_root chmod 755 "$no_daemons"
	trap '$as_root rm -f "$no_daemons"' EXIT
fi

install() {
	# shellcheck disable=SC2086  # a list of words is meant
	$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing \
		-o DPkg::Lock::Timeout=120 >"$log" 2>&1
}
log=$(mktemp)
say "Installing by apt:$missing …"
if ! install; then
	$as_root apt-get update -qq >"$log" 2>&1 && install || {
		[ "$purpose" = run ] || tail -n 20 "$log" >&2
		rm -f "$log"
		give_up "apt could not install it."
	}
fi
rm -f "$log"
