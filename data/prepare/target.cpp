// SPDX-License-Identifier: Apache-2.0
#include "prepare/target.h"

#include "file_reader.h"
#include "prepare/shard_writer.h"

#include <fovea/core/error.h>
#include <fovea/core/io/atomic_file.h>

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <vector>

namespace fovea::detail {

namespace fs = std::filesystem;

namespace {

constexpr const char* kJobFile = "prepare.json";  // of an unfinished preparation
constexpr const char* kLockFile = "prepare.lock";
constexpr uint64_t kMaxJobBytes = uint64_t{1} << 20;

// What a name that prepare writes is for.
enum class OwnFile : uint8_t { no, data, going_on };

OwnFile kind_of(const std::string& name) {
  if (name == kJobFile || name == kLockFile) return OwnFile::going_on;
  if (name == kPreparedInfoFile || name == kMeanImageFile || name == kSkippedFile)
    return OwnFile::data;
  for (const std::string split : {"train", "val"}) {
    if (name == split + ".bin") return OwnFile::data;
    if (name == split + ".state") return OwnFile::going_on;
    const std::string start = split + "-";
    const size_t dot = name.find('.');
    if (!name.starts_with(start) || dot == name.npos || dot == start.size()) continue;
    const bool number = std::all_of(name.begin() + static_cast<int64_t>(start.size()),
                                    name.begin() + static_cast<int64_t>(dot),
                                    [](char c) { return c >= '0' && c <= '9'; });
    const std::string ending = name.substr(dot);
    if (number && ending == kIndexPartEnding) return OwnFile::going_on;
    if (number && (ending == kShardEnding || ending == kDaliIndexEnding)) return OwnFile::data;
  }
  return OwnFile::no;
}

std::vector<fs::path> files_of(const std::string& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) files.push_back(entry.path());
  if (error) throw SystemError("cannot read " + folder + ": " + error.message());
  std::sort(files.begin(), files.end());
  return files;
}

void remove_file(const fs::path& file) {
  std::error_code error;
  fs::remove(file, error);
  if (error) throw SystemError("cannot remove " + file.string() + ": " + error.message());
}

std::string in_words(const PreparedJob& job) {
  return job.source + (job.val.empty() ? "" : " and " + job.val) + ", " +
         (job.resize == 0 ? "as they are"
                          : std::to_string(job.resize) + "x" + std::to_string(job.resize)) +
         ", " + job.encode + ", shards of " + std::to_string(job.shard_bytes) + " bytes";
}

[[noreturn]] void refuse(const std::string& folder, const char* state, const PreparedJob& theirs,
                         const PreparedJob& ours) {
  std::string what = folder + ": holds " + state + " of " + in_words(theirs);
  PreparedJob same_list = theirs;
  same_list.list = ours.list;
  if (same_list == ours) {
    what += ", but the pictures' names or labels have changed since";
  } else {
    what += "; wanted is " + in_words(ours);
  }
  throw ConfigError(what + ". Use another folder, or --force to replace it");
}

PreparedJob read_job(const std::string& path) {
  const std::vector<uint8_t> bytes = read_whole_file(path, kMaxJobBytes);
  const Config config =
      Config::parse({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path);
  PreparedJob job = PreparedJob::fields().read(config);
  config.check();
  return job;
}

// Makes the folder.
FileLock take_lock(const std::string& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw SystemError("cannot make " + folder + ": " + error.message());
  const std::string path = (fs::path(folder) / kLockFile).string();
  auto lock = FileLock::try_take(path, "process " + std::to_string(getpid()) + "\n");
  if (!lock) throw ConfigError(folder + ": " + FileLock::owner_of(path) + " is preparing it");
  return *std::move(lock);
}

}  // namespace

PrepareTarget::PrepareTarget(std::string folder)
    : folder_(std::move(folder)), lock_(take_lock(folder_)) {}

void PrepareTarget::clear() const {
  remove_abandoned_temporaries(folder_);
  const fs::path info = fs::path(folder_) / kPreparedInfoFile;
  remove_file(info);  // first: what is left is no data set
  for (const fs::path& file : files_of(folder_)) {
    const std::string name = file.filename().string();
    if (kind_of(name) != OwnFile::no && name != kLockFile) remove_file(file);
  }
}

std::optional<PreparedInfo> PrepareTarget::begin(const PreparedJob& job) const {
  remove_abandoned_temporaries(folder_);
  if (is_prepared(folder_)) {
    PreparedInfo info = read_prepared_info(folder_);
    if (info.job != job) refuse(folder_, "the result", info.job, job);
    remove_temporary_files();
    return info;
  }
  const fs::path job_file = fs::path(folder_) / kJobFile;
  if (fs::exists(job_file)) {
    const PreparedJob before = read_job(job_file.string());
    if (before != job) refuse(folder_, "the half-done preparation", before, job);
    return std::nullopt;
  }
  for (const fs::path& file : files_of(folder_)) {
    if (file.filename() != kLockFile) {
      throw ConfigError(folder_ + ": holds " + file.filename().string() +
                        " and is no preparation that can be gone on with; use an empty folder");
    }
  }
  JsonWriter json;
  PreparedJob::fields().write(json, job);
  write_file_atomically(job_file.string(), format_json(json.str()));
  return std::nullopt;
}

void PrepareTarget::finish(const PreparedInfo& info) const {
  write_file_atomically((fs::path(folder_) / kPreparedInfoFile).string(), text_of(info));
  remove_temporary_files();
}

void PrepareTarget::remove_temporary_files() const {
  for (const fs::path& file : files_of(folder_)) {
    if (kind_of(file.filename().string()) == OwnFile::going_on) remove_file(file);
  }
}

}  // namespace fovea::detail
