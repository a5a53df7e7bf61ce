"""Starting: everything at once (`up`), or one web or worker process."""

import argparse
import os
import socket
import subprocess
import sys
from typing import IO

from django.utils.module_loading import import_string

from libin.config.commands import serving, supervision
from libin.config.commands.installation import Installation, load_django
from libin.config.commands.words import _, complain, say

ANSWER_WITHIN = 60.0


def up(options: argparse.Namespace) -> int:
    """Database, preparation, web and worker; stays until told to stop."""
    installation = Installation()
    try:
        lock = supervision.hold_home(installation.home)
    except supervision.AlreadyRunning as running:
        told = {"home": installation.home, "pid": running.args[0]}
        return complain(_("Libin already runs on %(home)s (process %(pid)s).", **told))
    with lock:
        try:
            door = serving.listen(options.host, options.port)
        except OSError as problem:
            told = {"port": options.port, "reason": problem.strerror}
            return complain(
                _("Port %(port)s cannot be used (%(reason)s): choose another with --port.", **told)
            )
        with door:
            return _run(installation, options, door, lock)


def _run(
    installation: Installation, options: argparse.Namespace, door: socket.socket, lock: IO[str]
) -> int:
    os.environ.setdefault("LIBIN_URL", f"http://{_shown(options.host)}:{options.port}")
    if options.demo:
        os.environ["LIBIN_DEMO"] = "1"
    say(_("Starting the database ...") if installation.embedded else _("Reaching the database ..."))
    installation.start_database()
    supervisor = supervision.Supervisor(supervision.children(door, lock, options.web_processes))
    try:
        supervisor.warm_up()
        try:
            if status := _prepared(demo=options.demo):
                return status
            supervisor.start()
            if supervisor.wait_until_answering(_shown(options.host), options.port, ANSWER_WITHIN):
                _welcome(demo=options.demo)
            elif not supervisor.stopping:
                complain(_("The web does not answer yet; still trying. The lines above say why."))
            supervisor.run()
        finally:
            say(_("Stopping ..."))
            supervisor.stop()
    finally:
        installation.server.stop()
    say(_("Stopped. Everything is kept in %(home)s.", home=installation.home))
    return 0


def _shown(host: str) -> str:
    return "127.0.0.1" if host in {"0.0.0.0", "::", ""} else host


def _prepared(*, demo: bool) -> int:
    """Prepare in a process of its own, so that the supervisor stays small."""
    command = [sys.executable, "-m", "libin.config.commands", "prepare", *(["--demo"] * demo)]
    try:
        return subprocess.run(command, check=False).returncode
    except KeyboardInterrupt:
        return 130


def _welcome(*, demo: bool) -> None:
    say()
    say(_("Libin is running: %(url)s", url=os.environ["LIBIN_URL"]))
    if not demo:
        say(_("The first administrator is made by: libin setup"))
    say(_("Ctrl-C stops it."))


def web(options: argparse.Namespace) -> int:
    """One web process, on a given address or on the supervisor's socket."""
    if options.fd is not None:
        door = socket.socket(fileno=options.fd)
    else:
        Installation().start_database()
        door = serving.listen(options.host, options.port)
    serving.serve_web(door, gate=options.gate)
    return 0


def work(options: argparse.Namespace) -> int:
    """One worker process."""
    serving.follow_parent()
    if serving.PARENT not in os.environ:
        Installation().start_database()
    load_django()
    import_string("libin.config.worker.main")()
    return 0
