#!/bin/sh
# Puts the unpacked box in its place on Debian, Raspberry Pi OS or Armbian. Run as root, in the unpacked directory.
# Again with a newer one: an update; what the box keeps and how it is wired stay.
set -eu
cd "$(dirname "$0")"
node=$(command -v node) || { echo 'Node.js 20.19 or newer is missing' >&2; exit 1; }
"$node" -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' ||
  { echo "Node.js $("$node" --version) is too old: 20.19 or newer" >&2; exit 1; }
for tool in aplay gpioset ffmpeg; do
  command -v "$tool" >/dev/null || echo "warning: $tool is missing (apt-get install alsa-utils gpiod ffmpeg)" >&2
done
getent group gpio >/dev/null || groupadd --system gpio
getent passwd loa-lang >/dev/null ||
  useradd --system --home-dir /var/lib/loa-lang --shell /usr/sbin/nologin loa-lang
mkdir -p /opt/loa-lang-loudspeaker /etc/loa-lang
cp ./*.js ./*.md package.json LICENSE NOTICE /opt/loa-lang-loudspeaker/
[ -e /etc/loa-lang/loudspeaker.conf ] || cp loudspeaker.conf /etc/loa-lang/
cp loa-lang-loudspeaker.service /etc/systemd/system/
cat > /etc/udev/rules.d/60-loa-lang.rules <<'RULES'
SUBSYSTEM=="gpio", GROUP="gpio", MODE="0660"
SUBSYSTEM=="leds", ACTION=="add", RUN+="/bin/chgrp -R gpio /sys%p", RUN+="/bin/chmod g+w /sys%p/brightness /sys%p/trigger"
RULES
udevadm control --reload && udevadm trigger --subsystem-match=gpio --subsystem-match=leds || true
systemctl daemon-reload
systemctl enable loa-lang-loudspeaker
systemctl restart --no-block loa-lang-loudspeaker
echo 'In its place. Wiring: /etc/loa-lang/loudspeaker.conf; log: journalctl -fu loa-lang-loudspeaker'
