// SPDX-License-Identifier: Apache-2.0
// Where a run keeps its files:
//   config.json                     resolved, with every default
//   env.json                        version, machine, command line, data: what it was made with
//   train.log                       what the run said
//   metrics.jsonl  results.csv      a line per logged step, a line per epoch
//   speed.csv  ranks.csv            a line per epoch
//   hashes.jsonl                    fingerprints of the state, for audits
//   train/  val/                    TensorBoard events
//   curves.svg  conv1.png           pictures of the run, redrawn after each epoch
//   confusion.svg  report.html      what the best model does, written at the end
//   checkpoints/last.safetensors    the newest position; best.safetensors: best top-1 on the
//   validation data; epoch-030.safetensors: those that stay
//   .lock                           held by the process that trains here
// docs/run-folder.md tells more.
#pragma once

#include <fovea/core/error.h>
#include <fovea/core/io/file_lock.h>

#include <cstdint>
#include <memory>
#include <string>

namespace FOVEA_API fovea {

// Copies share the lock of a folder that one of the first three functions gave. Those throw
// ConfigError when another process trains in the folder, SystemError when the disk refuses.
class RunFolder {
 public:
  // Makes PARENT/NAME, or PARENT/NAME-2, -3, ... when that exists.
  static RunFolder create_new(const std::string& parent, const std::string& name);
  // Makes `path`; throws ConfigError when a run is there already, unless `overwrite`, which removes
  // that run's files. Files that no run wrote are never removed.
  static RunFolder create_at(const std::string& path, bool overwrite);
  // An existing run's, to go on with it; throws DataError when there is no checkpoint in it.
  static RunFolder resume(const std::string& path);
  // The same to read it, whoever trains there.
  static RunFolder open(const std::string& path);
  // Whatever is or is not at `path`.
  static RunFolder at(const std::string& path) { return RunFolder(path); }
  static bool has_checkpoint(const std::string& path);

  const std::string& path() const { return path_; }
  std::string config() const { return path_ + "/config.json"; }
  std::string environment() const { return path_ + "/env.json"; }
  std::string log() const { return path_ + "/train.log"; }
  std::string metrics() const { return path_ + "/metrics.jsonl"; }
  std::string results() const { return path_ + "/results.csv"; }
  std::string speed() const { return path_ + "/speed.csv"; }
  std::string ranks() const { return path_ + "/ranks.csv"; }
  std::string hashes() const { return path_ + "/hashes.jsonl"; }
  std::string train_events() const { return path_ + "/train"; }
  std::string val_events() const { return path_ + "/val"; }
  std::string curves() const { return path_ + "/curves.svg"; }
  std::string filters() const { return path_ + "/conv1.png"; }
  std::string confusion() const { return path_ + "/confusion.svg"; }
  std::string report() const { return path_ + "/report.html"; }
  std::string checkpoints() const { return path_ + "/checkpoints"; }
  std::string last_checkpoint() const { return checkpoints() + "/last.safetensors"; }
  std::string best_checkpoint() const { return checkpoints() + "/best.safetensors"; }
  // After `epoch` epochs: "checkpoints/epoch-030.safetensors".
  std::string epoch_checkpoint(int64_t epoch) const;

 private:
  explicit RunFolder(std::string path) : path_(std::move(path)) {}
  void lock();

  std::string path_;
  std::shared_ptr<const FileLock> lock_;
};

// The model file that a user means by `path`: a run folder's best checkpoint, else its last; a file
// is itself. Throws DataError when there is none.
std::string find_model_file(const std::string& path);

}  // namespace fovea
