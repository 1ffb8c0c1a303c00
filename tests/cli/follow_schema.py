"""Holds schemas/ against what is expected of them, and JSON documents against schemas/. Arguments: files SCHEMA.xyz"""
import json
import os
import pathlib
import sys
import warnings

warnings.simplefilter("ignore")  # newer versions have another way to refer between files
import jsonschema

FOLDER = pathlib.Path(os.environ["SOURCE_DIR"], "schemas")


def load(path):
    return json.loads(pathlib.Path(path).read_text(encoding="utf-8"))


def validator(name):
    document = {"$ref": FOLDER.as_uri() + f"/{name}.schema.json"}
    try:  # jsonschema >= 4.18
        from referencing import Registry, Resource
    except ImportError:
        return jsonschema.Draft202012Validator(document, resolver=jsonschema.RefResolver("", None))
    read = [(path.as_uri(), Resource.from_contents(load(path))) for path in FOLDER.glob("*.json")]
    return jsonschema.Draft202012Validator(document, registry=Registry().with_resources(read))


def loose(schema, where):
    """Objects that allow keys without a description, and keys that have none."""
    if not isinstance(schema, dict):
        return []
    found = []
    properties = schema.get("properties", {})
    if schema.get("type") == "object" and "additionalProperties" not in schema \
            and "unevaluatedProperties" not in schema:
        found.append(where + " is not strict")
    found += [where + "/" + name + " has no description" for name, value in properties.items()
              if not value.get("description") and set(value) != {"$ref"}]
    for key in ("properties", "$defs"):
        for name, value in schema.get(key, {}).items():
            found += loose(value, where + "/" + name)
    return found


def main():
    faults = []
    for path in sorted(FOLDER.glob("*.schema.json")):
        jsonschema.Draft202012Validator.check_schema(load(path))
        faults += loose(load(path), path.name)
    for path in sys.argv[1:]:
        faults += ["%s: %s: %s" % (path, "/".join(map(str, e.absolute_path)), e.message[:300])
                   for e in validator(pathlib.Path(path).stem).iter_errors(load(path))]
    sys.exit("\n".join(faults) or 0)


main()
