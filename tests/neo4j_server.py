"""A Neo4j Community server for the tests: fetched by Maven, run by the machine's own Java.

NEO4J_TEST_VERSION names another version; a Java that is new enough for it is looked for in
JAVA_HOME, on the PATH and in /usr/lib/jvm.
`python -m tests.neo4j_server` starts one, prints how to reach it, and ends it with Ctrl-C.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import zipfile
from functools import cache
from pathlib import Path

VERSION = os.environ.get("NEO4J_TEST_VERSION") or "5.26.30"
NEEDS_JAVA = 21 if VERSION.startswith("20") else 17
PASSWORD = "graphkit-tests"

_POM = """<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>graphkit</groupId><artifactId>neo4j-test-server</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.neo4j</groupId><artifactId>neo4j</artifactId><version>{0}</version></dependency>
    <dependency><groupId>org.neo4j.app</groupId><artifactId>neo4j-server</artifactId><version>{0}</version></dependency>
  </dependencies>
</project>
"""

#: A test server lives for a minute: quick to warm up beats quick once warm.
_JAVA = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xss1m"]

_OPENS = [
    f"--add-opens=java.base/{package}=ALL-UNNAMED"
    for package in ("java.nio", "java.io", "sun.nio.ch", "java.util.concurrent")
]


class Unavailable(Exception):
    """What this machine lacks to run a server, in one line."""


class Server:
    """A server in a folder of its own; `kill` and `start` again keep its data.

    `tests` says that it need not become fast, only be there soon; `plugin` gives it functions that reach out of it.
    """

    def __init__(self, home: Path, *, heap: str = "1g", tests: bool = True, plugin: bool = False) -> None:
        self.home, self._lib, self._heap = home, library(), heap
        self._java = [find_java(), *_OPENS, *(_JAVA if tests else ())]
        self.port = free_port()
        self.url = f"bolt://127.0.0.1:{self.port}"
        (home / "conf").mkdir(parents=True)
        (home / "plugins").mkdir()
        if plugin:
            make_plugin(home / "plugins" / "reach.jar", self._lib)
        (home / "conf" / "neo4j.conf").write_text(
            f"server.default_listen_address=127.0.0.1\nserver.bolt.listen_address=127.0.0.1:{self.port}\n"
            "server.http.enabled=false\nserver.https.enabled=false\n"
            f"server.memory.heap.initial_size={heap}\nserver.memory.heap.max_size={heap}\n"
            "server.memory.pagecache.size=256m\ndbms.usage_report.enabled=false\n"
            "dbms.security.auth_enabled=true\ndbms.security.procedures.unrestricted=reach.*\n"
        )
        self._environment = {**os.environ, "NEO4J_HOME": str(home), "NEO4J_CONF": str(home / "conf")}
        self.admin("dbms", "set-initial-password", PASSWORD)
        self.process: subprocess.Popen[bytes] | None = None

    def admin(self, *arguments: str) -> None:
        """Run neo4j-admin, as its own script would."""
        subprocess.run(
            [*self._java, "-Xmx1g", "-cp", f"{self._lib}/*", "org.neo4j.cli.AdminTool", *arguments],
            env=self._environment,
            check=True,
            capture_output=True,
            timeout=300,
        )

    def start(self) -> None:
        """Start the server and wait until its Bolt port answers."""
        main = f"org.neo4j.server.{'Neo4jCommunity' if VERSION.startswith('20') else 'CommunityEntryPoint'}"
        log = (self.home / "console.log").open("ab")
        self.process = subprocess.Popen(
            [
                *self._java,
                f"-Xmx{self._heap}",
                "-cp",
                f"{self._lib}/*",
                main,
                f"--home-dir={self.home}",
                f"--config-dir={self.home / 'conf'}",
            ],
            env=self._environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        log.close()
        until = time.monotonic() + 120
        while time.monotonic() < until:
            if self.process.poll() is not None:
                break
            if self._answers():
                return
            time.sleep(0.1)
        self.kill()
        raise Unavailable(f"the Neo4j server did not start; see {self.home / 'console.log'}")

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1) as bolt:
                bolt.sendall(bytes.fromhex("6060b01700000405" + "00" * 12))
                return len(bolt.recv(4)) == 4
        except OSError:
            return False

    def kill(self) -> None:
        """End the server at once, by its own process id (kill -9)."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def remove(self) -> None:
        self.kill()
        shutil.rmtree(self.home, ignore_errors=True)


@cache
def find_java() -> str:
    """Return a Java that is new enough for the server. Raises Unavailable."""
    home, path = os.environ.get("JAVA_HOME"), shutil.which("java")
    places = [Path(home, "bin", "java")] if home else []
    places += [Path(path)] if path else []
    places += sorted(Path("/usr/lib/jvm").glob("*/bin/java"))
    found: list[str] = []
    for place in filter(Path.is_file, places):
        said = subprocess.run([place, "-version"], capture_output=True, text=True).stderr
        version = re.search(r'version "(\d+)', said)
        if version and int(version[1]) >= NEEDS_JAVA:
            return str(place)
        found.append(f"{place} ({version[1] if version else 'of no version'})")
    raise Unavailable(
        f"no Neo4j server to test on: Neo4j {VERSION} needs Java {NEEDS_JAVA} or newer, here is "
        f"{', '.join(found) or 'none'}, and NEO4J_TEST_URI is not set"
    )


def library() -> Path:
    """Return the folder with the server's jars, fetched by Maven once. Raises Unavailable."""
    find_java()
    return fetched(f"neo4j-{VERSION}", _POM.format(VERSION))


def fetched(name: str, pom: str) -> Path:
    """Return the folder with the jars that a Maven project depends on, fetched once. Raises Unavailable."""
    if shutil.which("mvn") is None:
        raise Unavailable("no Neo4j server to test on: mvn is not installed and NEO4J_TEST_URI is not set")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "graphkit-tests"
    folder = cache / name
    if not (folder / "lib").is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as project:
            Path(project, "pom.xml").write_text(pom)
            copy = ["dependency:copy-dependencies", "-DincludeScope=runtime", "-DoutputDirectory=lib"]
            try:
                subprocess.run(["mvn", "-q", "-B", *copy], cwd=project, check=True, capture_output=True, timeout=600)
            except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
                said = ((error.stdout or b"") + (error.stderr or b"")).decode(errors="replace").strip()
                raise Unavailable(
                    f"no Neo4j server to test on: Maven could not fetch {name} ({said.splitlines()[:1]})"
                ) from error
            if not (folder / "lib").is_dir():
                folder.mkdir(exist_ok=True)
                Path(project, "lib").rename(folder / "lib")
    return folder / "lib"


def make_plugin(jar: Path, server: Path) -> None:
    """Compile the functions of tests/plugin into a jar. Raises Unavailable."""
    compiler = Path(find_java()).with_name("javac")
    found = str(compiler) if compiler.is_file() else shutil.which("javac")
    if found is None:
        raise Unavailable("no plugin to test on: javac is not installed (on Debian: default-jdk-headless)")
    with tempfile.TemporaryDirectory() as classes:
        source = Path(__file__).parent / "plugin" / "Reach.java"
        subprocess.run(
            [found, "-cp", f"{server}/*", "-proc:none", "-d", classes, str(source)], check=True, capture_output=True
        )
        with zipfile.ZipFile(jar, "w") as packed:
            for file in Path(classes).rglob("*.class"):
                packed.write(file, file.relative_to(classes))


def free_port() -> int:
    """Return a loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def main() -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # or a plain kill would leave the server behind
    home = Path(tempfile.mkdtemp(prefix="graphkit-neo4j-"))
    server = Server(home)
    try:
        server.start()
        print(f"NEO4J_URI={server.url} NEO4J_USERNAME=neo4j NEO4J_PASSWORD={PASSWORD}", flush=True)
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        pass
    finally:
        server.remove()


if __name__ == "__main__":
    main()
