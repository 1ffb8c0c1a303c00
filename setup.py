"""The Python packages (python/) with the C library inside. pyproject.toml has the rest."""
import os
import re
import shutil

from setuptools import Extension, find_packages, setup
from setuptools.command.build_ext import build_ext

try:  # setuptools >= 70.1 has it itself
    from setuptools.command.bdist_wheel import bdist_wheel
except ImportError:
    from wheel.bdist_wheel import bdist_wheel

ROOT = os.path.dirname(os.path.abspath(__file__))


def version():
    """That of the public header."""
    with open(os.path.join(ROOT, "include/spikernn/ctx.h"), encoding="utf-8") as header:
        return re.search(r'#define SRNN_VERSION "(.*)"', header.read())[1]


class BuildLibrary(build_ext):
    """Builds the shared library with CMake and puts it where an extension would go: into the
    wheel, or for an editable install into python/spikernn/."""

    def get_ext_filename(self, fullname):
        return os.path.join(*fullname.split(".")) + ".so"

    def build_extension(self, extension):
        folder = os.path.join(ROOT, "build", "python")  # stays: the next install is quick
        ninja = shutil.which("ninja")
        self.spawn(["cmake", "-S", ROOT, "-B", folder, "-DBUILD_TESTING=OFF"]
                   + (["-G", "Ninja"] if ninja else []))
        # to Ninja `spikernn` is the program of that name
        self.spawn(["cmake", "--build", folder, "-j", str(os.cpu_count() or 1), "--target",
                    "libspikernn.so" if ninja else "spikernn"])
        target = self.get_ext_fullpath(extension.name)
        os.makedirs(os.path.dirname(os.path.abspath(target)), exist_ok=True)
        shutil.copyfile(os.path.join(folder, "libspikernn.so"), target)


class PlatformWheel(bdist_wheel):
    """py3-none-<platform>: ctypes works with every Python."""

    def finalize_options(self):
        super().finalize_options()
        self.root_is_pure = False

    def get_tag(self):
        return ("py3", "none", super().get_tag()[2])


setup(
    version=version(),
    packages=find_packages("python"),
    package_dir={"": "python"},
    package_data={"": ["py.typed"]},
    ext_modules=[Extension("spikernn.libspikernn", [])],
    cmdclass={"build_ext": BuildLibrary, "bdist_wheel": PlatformWheel},
)
