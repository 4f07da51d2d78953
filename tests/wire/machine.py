# SPDX-License-Identifier: Apache-2.0
"""A machine with a real systemd, in namespaces of its own: its root is another's, read and never written, under a layer in
memory that ends with it. No network but its own loopback; of what is installed there only what a test starts runs."""
import ctypes
import os
import pathlib
import shlex
import signal
import subprocess
import threading
import unittest

from product import until

BOOT = r"""
set -e
mount --make-rprivate /
mount -t tmpfs -o mode=755 tmpfs "$WORK"
mkdir "$WORK"/upper "$WORK"/work "$WORK"/root "$WORK"/cgroup
mount -t overlay overlay -o "lowerdir=$LOWER,upperdir=$WORK/upper,workdir=$WORK/work" "$WORK/root"
mount -t cgroup2 cgroup2 "$WORK/cgroup"
mkdir "$WORK/cgroup/$NAME"
echo $$ >"$WORK/cgroup/$NAME/cgroup.procs"
umount "$WORK/cgroup"
exec unshare --pid --fork --kill-child=KILL --uts --ipc --net --cgroup bash -c '
  set -e
  cd "$WORK/root"
  mount -t proc proc proc
  mount --bind proc/sys proc/sys; mount -o remount,bind,ro proc/sys
  mount -t sysfs -o ro sysfs sys
  mount -t cgroup2 cgroup2 sys/fs/cgroup
  mkdir -p dev run tmp mnt
  mount -t tmpfs -o mode=755 tmpfs dev
  for node in null zero full random urandom tty; do touch dev/$node; mount --bind /dev/$node dev/$node; done
  mkdir dev/pts dev/shm
  mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
  ln -s pts/ptmx dev/ptmx; ln -s /proc/self/fd dev/fd
  ln -s fd/0 dev/stdin; ln -s fd/1 dev/stdout; ln -s fd/2 dev/stderr
  mount -t tmpfs -o mode=755 tmpfs run
  mount -t tmpfs tmpfs tmp
  mount --bind "$SHARED" mnt
  : >etc/fstab; rm -f etc/resolv.conf etc/machine-id var/lib/man-db/auto-update; : >etc/machine-id
  echo gatehouse >etc/hostname
  mkdir before; pivot_root . before; cd /; umount -l /before; rmdir /before
  [ -z "$FIRST" ] || env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive sh -ec "$FIRST" >/mnt/first.log 2>&1
  # What a container may not either: the kernel is not its own.
  exec env -i container=gatehouse PATH=/usr/sbin:/usr/bin:/sbin:/bin \
    setpriv --bounding-set=-sys_module,-sys_boot,-sys_time,-sys_rawio,-syslog \
    /lib/systemd/systemd --unit=sysinit.target --show-status=no
'
"""


class Machine:
    def __init__(self, shared, lower="/", first=""):
        """shared: a folder that is /mnt there. first: a script that is run there before systemd is."""
        if os.getuid() != 0:
            raise unittest.SkipTest("needs root, to boot a systemd in namespaces")
        if subprocess.run(["unshare", "--mount", "--pid", "--net", "--fork", "true"], stderr=subprocess.DEVNULL).returncode != 0:
            raise unittest.SkipTest("this machine lets nobody make namespaces")
        self.shared, self.name = pathlib.Path(shared), f"gatehouse-test-{os.getpid()}"
        self.work = pathlib.Path(shared, "machine")
        self.work.mkdir()
        environment = {"PATH": os.environ["PATH"], "WORK": str(self.work), "LOWER": lower, "NAME": self.name,
                       "SHARED": str(shared), "FIRST": first}
        self.log = open(self.shared / "boot.log", "wb")
        self.process = subprocess.Popen(["unshare", "--mount", "bash", "-c", BOOT], env=environment,
                                        stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT,
                                        start_new_session=True)

    def __enter__(self):
        try:
            until(self.is_up, 120, "the machine's start")
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    def children(self):
        try:
            return [int(child) for child in
                    pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()]
        except OSError:
            return []

    def is_up(self):
        if self.process.poll() is not None:
            log = "".join(file.read_text(errors="replace") for file in self.shared.glob("*.log"))
            raise AssertionError("the machine did not boot: " + log)
        # In the end unshare's one child is the machine's first process; until then others come and go.
        self.first = next(iter(self.children()), 0)
        try:
            if os.path.basename(os.readlink(f"/proc/{self.first}/exe")) != "systemd":
                return False
        except OSError:
            return False
        return self.attempt("systemctl is-active sysinit.target").stdout.strip() == "active"

    def attempt(self, command, **options):
        words = ["nsenter", "-t", str(self.first), "--all", "--", "env", "-i", "HOME=/root",
                 "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND=noninteractive", "sh", "-c", command]
        return subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300, **options)

    def run(self, command, **options):
        """What the command says. Fails when it does."""
        done = self.attempt(command, **options)
        if done.returncode != 0:
            raise AssertionError(f"{command}: exit {done.returncode}\n{done.stdout}")
        return done.stdout

    def write(self, path, text, mode="644"):
        self.run(f"install -D -m {mode} /dev/stdin {shlex.quote(path)}", input=text)

    def join_network(self):
        """From here on, this thread's sockets are the machine's."""
        with open(f"/proc/{self.first}/ns/net") as network:
            if ctypes.CDLL(None, use_errno=True).setns(network.fileno(), 0) != 0:
                raise OSError(ctypes.get_errno(), "setns")

    def inside(self, action):
        """What the action answers, in the machine's network."""
        said = {}

        def go():
            try:
                self.join_network()
                said["answer"] = action()
            except BaseException as error:  # noqa: B902 - handed on to the caller
                said["error"] = error
        thread = threading.Thread(target=go)
        thread.start()
        thread.join()
        if "error" in said:
            raise said["error"]
        return said["answer"]

    def close(self):
        if self.process.poll() is None:
            # unshare takes the first process of its namespace along, and that all others.
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(30)
        self.log.close()
        # Its cgroups stay behind, empty.
        tidy = ('mount -t cgroup2 cgroup2 "$WORK" && cd "$WORK" && [ ! -d "$NAME" ] || '
                'find "$NAME" -depth -type d -exec rmdir {} +')
        until(lambda: subprocess.run(["unshare", "--mount", "bash", "-c", tidy],
                                     env={"PATH": os.environ["PATH"], "WORK": str(self.work), "NAME": self.name},
                                     stderr=subprocess.DEVNULL).returncode == 0, 20, "the end of its cgroups")
