// SPDX-License-Identifier: Apache-2.0
// A disk that fails at each file operation of the saves of a run: nothing is lost.
#include "apps/workplace.h"

#include <catch2/catch.hpp>

#include <filesystem>

using fovea::test::ProgramResult;
using fovea::test::sha256_in;
using fovea::test::Workplace;

namespace {

namespace fs = std::filesystem;

const std::string kLast = "run/checkpoints/last.safetensors";

// A run of one epoch, which each case takes up again for a second one.
class SavedRun {
 public:
  SavedRun() {
    REQUIRE(train({}).exit_code == 0);
    old_ = place_.read(kLast);
    copy("run", "good");
    const ProgramResult whole = go_on({"FAULTY_DISK=count 0", "FAULTY_DISK_COUNT=count"});
    REQUIRE(whole.exit_code == 0);
    sha256_ = sha256_in(whole.out);
    new_ = place_.read(kLast);
    operations_ = std::stoi(place_.read("count"));
  }

  int operations() const { return operations_; }

  // What is lost after the fault; empty when nothing is.
  std::string lost_by(const std::string& kind, int at) const {
    copy("good", "run");
    const ProgramResult hurt = go_on({"FAULTY_DISK=" + kind + " " + std::to_string(at)});
    const std::string last = place_.read(kLast);
    if (last != old_ && last != new_) return "last.safetensors is neither the old nor the new one";
    if (hurt.exit_code == 0 && last != new_) return "exit code 0 without the new checkpoint";
    if (kind == "short" && hurt.exit_code != 0) return "a short write is no failure: " + hurt.err;
    if (hurt.exit_code == 1 && hurt.err.find("checkpoints") == std::string::npos)
      return "no path in: " + hurt.err;
    const ProgramResult after = go_on({});
    if (sha256_in(after.out) != sha256_) return "taken up again, other weights: " + after.err;
    for (const auto& entry : fs::directory_iterator(folder("run/checkpoints"))) {
      if (entry.path().extension() != ".safetensors") return "left over: " + entry.path().string();
    }
    return "";
  }

 private:
  std::string folder(const std::string& name) const { return place_.options().folder + "/" + name; }
  void copy(const std::string& from, const std::string& to) const {
    fs::remove_all(folder(to));
    fs::copy(folder(from), folder(to), fs::copy_options::recursive);
  }
  ProgramResult train(std::vector<std::string> environment) const {
    return place_.fovea({"train", "line.json", "epochs=1", "-o", "run", "--threads", "1"},
                        std::move(environment));
  }
  ProgramResult go_on(std::vector<std::string> environment) const {
    if (!environment.empty()) environment.push_back("LD_PRELOAD=" FOVEA_FAULTY_DISK);
    return place_.fovea({"train", "run", "--resume", "epochs=2", "checkpoint.every=1",
                         "checkpoint.keep=1", "--threads", "1"},
                        std::move(environment));
  }

  Workplace place_;
  std::string old_, new_, sha256_;
  int operations_ = 0;
};

}  // namespace

TEST_CASE("a fault at any file operation of a save loses nothing") {
  const SavedRun run;
  CHECK(run.operations() > 20);
  // Those that end in the same code as the first two are tried at some operations only.
  for (const auto& [kind, step] :
       {std::pair<std::string, int>{"kill", 1}, {"enospc", 1}, {"eio", 4}, {"short", 2}}) {
    for (int at = 1; at <= run.operations(); at += step) {
      INFO(kind << " at operation " << at);
      CHECK(run.lost_by(kind, at) == "");
    }
  }
}
