// SPDX-License-Identifier: Apache-2.0
// kill_test PROGRAM KILLS [SEED]: kills a short run with SIGKILL at a random moment, takes it up
// again, and holds weights and records against those of a run that was never killed; KILLS times.
#include "support/file_bytes.h"
#include "support/program.h"
#include "support/temp_dir.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using fovea::test::Program;
using fovea::test::ProgramResult;

namespace {

const char* const kConfig = R"({
  "name": "kill", "seed": 11,
  "data": {"train": {"type": "synthetic", "shape": [1, 8, 8], "classes": 4, "samples": 30},
           "val": {"type": "synthetic", "shape": [1, 8, 8], "classes": 4, "samples": 12},
           "augment": [{"type": "horizontal_flip"}]},
  "model": {"input": [1, 8, 8], "layers": [
    {"type": "conv2d", "out_channels": 4, "kernel_size": 3}, {"type": "relu"},
    {"type": "maxpool2d", "kernel_size": 2}, {"type": "flatten"}, {"type": "dropout", "p": 0.2},
    {"type": "linear", "out_features": 4}]},
  "train": {"epochs": 3, "batch_size": 8, "optimizer": {"type": "sgd", "lr": 0.05},
            "lr_schedule": {"type": "cosine"}},
  "checkpoint": {"every_steps": 1, "every": 1, "keep": 2},
  "log": {"every": 1, "hashes": 1}
})";

class KillTest {
 public:
  KillTest(std::string program, uint32_t seed) : program_(std::move(program)), random_(seed) {
    dir_.write("kill.json", kConfig);
    Program first(program_, train("whole"), options());
    const auto begin = Clock::now();
    const ProgramResult result = first.wait();
    seconds_ = std::chrono::duration<double>(Clock::now() - begin).count();
    if (result.exit_code != 0) throw std::runtime_error("the run itself fails: " + result.err);
    whole_ = result.out.substr(0, result.out.find("run     "));
  }

  double seconds() const { return seconds_; }

  // False when the run had ended before the kill.
  bool kill_and_resume() {
    fs::remove_all(dir_.file("run"));
    bool hit = kill_once();
    if (random_() % 4 == 0) hit = kill_once() || hit;  // the one that is taken up again, too
    const ProgramResult result = Program(program_, train("run"), options()).wait();
    if (result.exit_code != 0) throw std::runtime_error("cannot be taken up again: " + result.err);
    check(result);
    return hit;
  }

 private:
  fovea::test::ProgramOptions options() const { return {dir_.path().string(), {}}; }
  static std::vector<std::string> train(const std::string& folder) {
    return {"train", "kill.json", "--resume", "-o", folder, "--threads", "1"};
  }

  bool kill_once() {
    Program run(program_, train("run"), options());
    std::uniform_real_distribution<double> moment(0, seconds_);
    std::this_thread::sleep_for(std::chrono::duration<double>(moment(random_)));
    run.send(SIGKILL);
    return run.wait().exit_code == 128 + SIGKILL;
  }

  std::string read(const std::string& name) const {
    return fovea::test::file_bytes(dir_.file(name));
  }

  void check(const ProgramResult& result) const {
    const size_t at = whole_.find("weights sha256 ");
    const std::string weights = whole_.substr(at, whole_.find('\n', at) - at);
    if (result.out.find(weights) == std::string::npos)
      throw std::runtime_error("other weights: " + result.out + "\nwanted: " + weights);
    for (const std::string file :
         {"metrics.jsonl", "results.csv", "hashes.jsonl", "checkpoints/last.safetensors",
          "checkpoints/best.safetensors", "checkpoints/epoch-003.safetensors"}) {
      if (read("run/" + file) != read("whole/" + file)) throw std::runtime_error("other " + file);
    }
    for (const auto& entry : fs::recursive_directory_iterator(dir_.file("run"))) {
      if (entry.path().string().find(".tmp.") != std::string::npos)
        throw std::runtime_error("left over: " + entry.path().string());
    }
  }

  std::string program_;
  std::mt19937 random_;
  fovea::test::TempDir dir_;
  double seconds_ = 0;
  std::string whole_;  // what the run that was never killed printed
};

}  // namespace

int main(int argc, char** argv) try {
  if (argc < 3) throw std::runtime_error("kill_test PROGRAM KILLS [SEED]");
  const int wanted = std::atoi(argv[2]);
  const auto seed = argc > 3 ? static_cast<uint32_t>(std::atoi(argv[3])) : std::random_device{}();
  std::cout << "seed " << seed << std::endl;
  KillTest test(fs::absolute(argv[1]), seed);
  int kills = 0;
  for (int late = 0; kills < wanted;) {
    if (test.kill_and_resume()) {
      kills++;
    } else if (++late > 10 * wanted) {
      throw std::runtime_error("the run ends before it can be killed");
    }
  }
  std::cout << kills << " kills in a run of " << test.seconds()
            << " s, each taken up again to the same weights and records\n";
} catch (const std::exception& error) {
  std::cerr << "error: " << error.what() << '\n';
  return 1;
}
