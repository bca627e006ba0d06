// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/io/atomic_file.h>
#include <fovea/optim/run_folder.h>

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

namespace fovea {

namespace fs = std::filesystem;

namespace {

std::string lock_file(const std::string& path) { return path + "/.lock"; }

[[noreturn]] void fail(const std::string& path, const std::error_code& error) {
  throw SystemError(path + ": cannot make the run's folder: " + error.message());
}

void make_folders(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) fail(path, error);
}

// False when something of this name is there already, even if it came a moment ago.
bool make_new_folder(const std::string& path) {
  if (mkdir(path.c_str(), 0777) == 0) return true;
  if (errno != EEXIST) fail(path, {errno, std::generic_category()});
  return false;
}

bool has_run(const std::string& path) {
  return fs::exists(path + "/config.json") || fs::exists(path + "/checkpoints");
}

// Only event files: a folder of this name may hold something else, pictures for instance.
void remove_events(const std::string& folder) {
  std::error_code ignored;
  for (fs::directory_iterator entry(folder, ignored), end; !ignored && entry != end;
       entry.increment(ignored)) {
    if (entry->path().filename().string().starts_with("events.out.tfevents."))
      fs::remove(entry->path(), ignored);
  }
  fs::remove(folder, ignored);  // if it is empty
}

void remove_run(const RunFolder& run) {
  std::error_code ignored;  // what cannot be removed fails when it is written
  for (const std::string& path :
       {run.config(), run.environment(), run.log(), run.metrics(), run.results(), run.speed(),
        run.ranks(), run.hashes(), run.curves(), run.filters(), run.confusion(), run.report()}) {
    fs::remove(path, ignored);
  }
  fs::remove_all(run.checkpoints(), ignored);
  remove_abandoned_temporaries(run.path());
  remove_events(run.train_events());
  remove_events(run.val_events());
}

}  // namespace

void RunFolder::lock() {
  auto lock = FileLock::try_take(lock_file(path_), std::to_string(getpid()));
  if (!lock) {
    throw ConfigError(path_ + ": process " + FileLock::owner_of(lock_file(path_)) +
                      " is training in this folder; wait for it, or choose another folder with -o");
  }
  lock_ = std::make_shared<const FileLock>(*std::move(lock));
}

RunFolder RunFolder::create_new(const std::string& parent, const std::string& name) {
  make_folders(parent);
  RunFolder run(parent + "/" + name);
  for (int i = 2; !make_new_folder(run.path_); i++)
    run.path_ = parent + "/" + name + "-" + std::to_string(i);
  run.lock();
  make_folders(run.checkpoints());
  return run;
}

RunFolder RunFolder::create_at(const std::string& path, bool overwrite) {
  RunFolder run(path);
  const bool taken = has_run(path);
  if (taken && !overwrite) {
    throw ConfigError(path +
                      ": a run is there already; go on with --resume, replace it with --force, or "
                      "choose another folder with -o");
  }
  if (taken && !fs::exists(lock_file(path))) {
    throw ConfigError(path +
                      ": the config.json or checkpoints in this folder are not a run's, and stay; "
                      "choose another folder with -o");
  }
  make_folders(path);
  run.lock();
  if (taken) remove_run(run);
  make_folders(run.checkpoints());
  return run;
}

RunFolder RunFolder::resume(const std::string& path) {
  RunFolder run = open(path);
  run.lock();
  remove_abandoned_temporaries(run.path_);
  remove_abandoned_temporaries(run.checkpoints());
  return run;
}

RunFolder RunFolder::open(const std::string& path) {
  if (!has_checkpoint(path))
    throw DataError(path + ": there is no checkpoints/last.safetensors in it");
  return RunFolder(path);
}

bool RunFolder::has_checkpoint(const std::string& path) {
  return fs::exists(RunFolder(path).last_checkpoint());
}

std::string RunFolder::epoch_checkpoint(int64_t epoch) const {
  std::string number = std::to_string(epoch);
  number.insert(0, number.size() < 3 ? 3 - number.size() : 0, '0');
  return checkpoints() + "/epoch-" + number + ".safetensors";
}

std::string find_model_file(const std::string& path) {
  if (!fs::is_directory(path)) {
    if (!fs::exists(path)) throw DataError(path + ": no such file or folder");
    return path;
  }
  for (const char* name : {"/checkpoints/best.safetensors", "/checkpoints/last.safetensors"}) {
    if (fs::exists(path + name)) return path + name;
  }
  throw DataError(path + ": no run is in this folder; checkpoints/best.safetensors is missing");
}

}  // namespace fovea
