// SPDX-License-Identifier: Apache-2.0
#include "support/error_message.h"
#include "support/file_bytes.h"
#include "support/temp_dir.h"

#include <fovea/core/error.h>
#include <fovea/core/io/atomic_file.h>

#include <catch2/catch.hpp>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <iterator>
#include <string>

using Catch::Contains;
using fovea::AtomicFile;
using fovea::test::error_message;
using fovea::test::TempDir;

namespace {

size_t files_in(const TempDir& folder) {
  const std::filesystem::directory_iterator entries(folder.path());
  return static_cast<size_t>(std::distance(begin(entries), end(entries)));
}

// Starts a save and dies by kill -9 in the middle of it.
void die_while_saving(const std::string& path) {
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    AtomicFile file(path);
    file.write("half");
    raise(SIGKILL);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  REQUIRE(WIFSIGNALED(status));
}

}  // namespace

TEST_CASE("a committed file replaces the old one, and nothing else is left") {
  const TempDir folder;
  const std::string path = folder.write("last.bin", std::string("old"));
  AtomicFile file(path);
  file.write("new ");
  file.write("text");
  CHECK(fovea::test::file_bytes(path) == "old");
  file.commit();
  CHECK(fovea::test::file_bytes(path) == "new text");
  CHECK(files_in(folder) == 1);
}

TEST_CASE("a file that is not committed leaves no trace") {
  const TempDir folder;
  const std::string path = folder.write("last.bin", std::string("old"));
  { AtomicFile(path).write("new"); }
  CHECK(fovea::test::file_bytes(path) == "old");
  CHECK(files_in(folder) == 1);
}

TEST_CASE("the temporaries of dead writers are removed by the next save, of living ones not") {
  const TempDir folder;
  const std::string path = folder.write("last.bin", std::string("old"));
  folder.write("last.bin.txt", std::string("not ours"));
  die_while_saving(path);
  CHECK(fovea::test::file_bytes(path) == "old");
  CHECK(files_in(folder) == 3);
  AtomicFile living(path);  // removes the dead writer's
  CHECK(files_in(folder) == 3);
  fovea::write_file_atomically(path, "new");
  CHECK(fovea::test::file_bytes(path) == "new");
  living.write("later");
  living.commit();
  CHECK(fovea::test::file_bytes(path) == "later");
  CHECK(files_in(folder) == 2);
}

TEST_CASE("a folder is rid of every dead writer's temporaries, and of nothing else") {
  const TempDir folder;
  for (const char* name : {"a.tmp.1", "a.tmp.1.x", "a.tmp.1.2.txt", ".tmp.1.2", "a.tmp..2", "1.2"})
    folder.write(name, std::string("not ours"));
  const AtomicFile living(folder.file("last.bin"));
  const size_t before = files_in(folder);
  for (const char* name : {"last.bin", "a.tmp.1.x", "b"}) die_while_saving(folder.file(name));
  CHECK(files_in(folder) == before + 3);
  fovea::remove_abandoned_temporaries(folder.path().string());
  CHECK(files_in(folder) == before);
  CHECK_NOTHROW(fovea::remove_abandoned_temporaries(folder.file("none")));
}

TEST_CASE("a failed save names path and reason and keeps what was there") {
  const TempDir folder;
  CHECK(error_message<fovea::SystemError>([&] { AtomicFile(folder.file("none/x")); }) ==
        "cannot write " + folder.file("none/x") + ": No such file or directory");
  const std::string path = folder.write("sub/x", std::string("1"));
  CHECK_THAT(error_message<fovea::SystemError>(
                 [&] { fovea::write_file_atomically(folder.file("sub"), "2"); }),
             Contains("Is a directory"));
  CHECK(files_in(folder) == 1);
}

TEST_CASE("a disk that fills up while writing damages nothing") {
  const TempDir folder;
  const std::string path = folder.write("last.bin", std::string("old"));
  const auto old_handler = signal(SIGXFSZ, SIG_IGN);  // so that the limit gives EFBIG
  rlimit old_limit{};
  REQUIRE(getrlimit(RLIMIT_FSIZE, &old_limit) == 0);
  const rlimit small{4096, old_limit.rlim_max};
  REQUIRE(setrlimit(RLIMIT_FSIZE, &small) == 0);
  const std::string message = error_message<fovea::SystemError>(
      [&] { fovea::write_file_atomically(path, std::string(10'000, 'x')); });
  setrlimit(RLIMIT_FSIZE, &old_limit);
  signal(SIGXFSZ, old_handler);
  CHECK(message == "cannot write " + path + ": File too large");
  CHECK(fovea::test::file_bytes(path) == "old");
  CHECK(files_in(folder) == 1);
}
