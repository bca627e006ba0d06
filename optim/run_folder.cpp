// SPDX-License-Identifier: Apache-2.0
#include <fovea/optim/run_folder.h>

#include <filesystem>
#include <fstream>
#include <system_error>

namespace fovea {

namespace fs = std::filesystem;

namespace {

void make_folders(const std::string& path) {
  std::error_code error;
  fs::create_directories(path + "/checkpoints", error);
  if (error) throw SystemError(path + ": cannot make the run's folder: " + error.message());
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
        run.hashes(), run.curves(), run.filters(), run.confusion(), run.report()}) {
    fs::remove(path, ignored);
  }
  fs::remove_all(run.path() + "/checkpoints", ignored);
  remove_events(run.train_events());
  remove_events(run.val_events());
}

}  // namespace

RunFolder RunFolder::create_new(const std::string& parent, const std::string& name) {
  std::string path = parent + "/" + name;
  for (int i = 2; fs::exists(path); i++) path = parent + "/" + name + "-" + std::to_string(i);
  make_folders(path);
  return RunFolder(path);
}

RunFolder RunFolder::create_at(const std::string& path, bool overwrite) {
  const RunFolder run(path);
  if (has_run(path)) {
    if (!overwrite) {
      throw ConfigError(path +
                        ": a run is there already; go on with --resume, replace it with --force, "
                        "or choose another "
                        "folder with -o");
    }
    remove_run(run);
  }
  make_folders(path);
  return run;
}

RunFolder RunFolder::open(const std::string& path) {
  const RunFolder run(path);
  if (!has_checkpoint(path)) {
    throw DataError(path + ": nothing to resume; there is no checkpoints/last.safetensors in it");
  }
  return run;
}

bool RunFolder::has_checkpoint(const std::string& path) {
  return fs::exists(RunFolder(path).last_checkpoint());
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
