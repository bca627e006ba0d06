// SPDX-License-Identifier: Apache-2.0
#include "prepare/split_state.h"

#include "file_reader.h"
#include "prepare/shard_writer.h"

#include <fovea/core/error.h>
#include <fovea/core/io/atomic_file.h>

#include <algorithm>
#include <filesystem>

namespace fovea::detail {

namespace fs = std::filesystem;

namespace {

constexpr uint64_t kMaxStateBytes = uint64_t{4} << 30;
constexpr const char* kAdvice = "; --force begins anew";

std::string state_path(const std::string& folder, const std::string& split) {
  return (fs::path(folder) / (split + ".state")).string();
}

void check_finished_shard(const std::string& folder, const ShardInfo& shard) {
  const fs::path archive = fs::path(folder) / shard.file;
  std::error_code error;
  const uint64_t bytes = fs::file_size(archive, error);
  if (!error && bytes == shard.bytes) return;
  throw DataError(archive.string() + ": was finished before, but is " +
                  (error ? "gone" : "of another size now") + kAdvice);
}

SplitState parse_state(const std::string& path, std::string_view text) {
  const size_t end = text.find('\n');
  if (end == text.npos) throw DataError(path + ": is cut off" + kAdvice);
  try {
    const Config config = Config::parse(text.substr(0, end), path);
    SplitState state = SplitState::fields().read(config);
    config.check();
    state.sums = std::string(text.substr(end + 1));
    return state;
  } catch (const ConfigError& error) {
    throw DataError(std::string(error.what()) + kAdvice);
  }
}

}  // namespace

int64_t SplitState::samples() const {
  int64_t samples = 0;
  for (const ShardInfo& shard : shards) samples += shard.samples;
  return samples;
}

Fields<SplitState> SplitState::fields() {
  return Fields<SplitState>("state", "how far a preparation has come")
      .required("next", &SplitState::next, "first picture of the source that is not done",
                at_least(0))
      .required("shards", &SplitState::shards, "those that are finished")
      .required("skipped", &SplitState::skipped, "files that could not be read");
}

SplitState read_split_state(const std::string& folder, const std::string& split) {
  const std::string path = state_path(folder, split);
  if (!fs::exists(path)) return {};
  const std::vector<uint8_t> bytes = read_whole_file(path, kMaxStateBytes);
  SplitState state = parse_state(path, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  for (const ShardInfo& shard : state.shards) check_finished_shard(folder, shard);
  return state;
}

void write_split_state(const std::string& folder, const std::string& split,
                       const SplitState& state) {
  JsonWriter json;
  SplitState::fields().write(json, state);
  write_file_atomically(state_path(folder, split), json.str() + "\n" + state.sums);
}

}  // namespace fovea::detail
