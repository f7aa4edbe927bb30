"""Looks at every artifact of a Maven repository as Maven Central does, and as a user's build reads it."""

import pathlib
import sys
import xml.etree.ElementTree as ElementTree
import zipfile

NAMESPACE = "{http://maven.apache.org/POM/4.0.0}"
NEEDED = ["name", "description", "url", "licenses", "developers", "scm"]


def problems(pom):
    """Answers what is wrong with one published POM and the files beside it."""
    text = pom.read_text(encoding="utf-8")
    project = ElementTree.fromstring(text)
    found = [f"no <{tag}>" for tag in NEEDED if project.find(NAMESPACE + tag) is None]
    found += [f"has <{tag}>" for tag in ("parent", "profiles", "repositories", "build")
              if project.find(NAMESPACE + tag) is not None]
    if "${" in text:
        found.append("has a property")
    for dependency in project.iter(NAMESPACE + "dependency"):
        if dependency.find(NAMESPACE + "version") is None:
            found.append(f"no version of {dependency.find(NAMESPACE + 'artifactId').text}")
        if dependency.find(NAMESPACE + "classifier") is not None:
            found.append(f"a classifier of {dependency.find(NAMESPACE + 'artifactId').text}")
    if project.findtext(NAMESPACE + "packaging", "jar") == "jar":
        found += jars(pom)
    return found


def jars(pom):
    jar = pom.with_suffix(".jar")
    if not jar.exists():
        return ["no jar"]
    found = [f"no {kind} jar" for kind in ("sources", "javadoc")
             if not jar.with_name(f"{jar.stem}-{kind}.jar").exists()]
    with zipfile.ZipFile(jar) as archive:
        names = archive.namelist()
        found += [f"no {name} in the jar" for name in ("META-INF/LICENSE", "META-INF/NOTICE") if name not in names]
        manifest = archive.read("META-INF/MANIFEST.MF").decode()
        found += [f"no {entry} in the manifest"
                  for entry in ("Automatic-Module-Name: org.crossfade", "Implementation-Version: ", "Source-Commit: ")
                  if entry not in manifest]
        if any(name in ("logback.xml", "log4j2.xml") for name in names) and not jar.name.startswith("crossfade-console-"):
            found.append("configures logging, which is the application's")
    return found


def main():
    poms = sorted(pathlib.Path(sys.argv[1]).glob("org/crossfade/**/*.pom"))
    if not poms:
        sys.exit(f"error: there is nothing of org.crossfade in {sys.argv[1]}")
    wrong = 0
    for pom in poms:
        found = problems(pom)
        wrong += bool(found)
        if found:
            print(f"{pom.name}: {'; '.join(found)}")
    print(f"{len(poms)} artifacts, {wrong} with something wrong")
    sys.exit(1 if wrong else 0)


main()
