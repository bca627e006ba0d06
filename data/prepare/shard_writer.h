// SPDX-License-Identifier: Apache-2.0
// Writes one shard: the archive, DALI's index of it, and our index of its samples.
#pragma once

#include "prepared_info.h"
#include "shard_index.h"

#include <fovea/core/io/atomic_file.h>
#include <fovea/core/io/sha256.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace fovea::detail {

struct ShardSample {
  int64_t number = 0;  // in the source: the members' name
  int32_t label = 0;
  std::string name;  // in the source
  uint16_t width = 0, height = 0;
  std::string bytes;  // the encoded picture
};

// "train-00007.tar"
std::string shard_file(const std::string& split, int64_t shard, const char* ending);
inline constexpr const char* kShardEnding = ".tar";
inline constexpr const char* kDaliIndexEnding = ".idx";
inline constexpr const char* kIndexPartEnding = ".part";  // IndexEntry of one shard, until the end

// What a sample adds to an archive. Also the whole of `end`.
uint64_t shard_bytes_of(const ShardSample& sample);
inline constexpr uint64_t kShardEndBytes = 1024;

class ShardWriter {
 public:
  // `ending`: of the pictures' names.
  ShardWriter(const std::string& folder, const std::string& split, int64_t shard,
              std::string ending);

  void add(const ShardSample& sample);
  // Puts all three files under their names.
  ShardInfo finish();

 private:
  uint64_t add_member(const std::string& name, std::string_view bytes);
  void write(std::string_view bytes);
  void flush();

  std::string folder_, split_, ending_;
  int64_t shard_;
  AtomicFile archive_;
  Sha256 hash_;
  std::string waiting_;  // to be written: a system call for each header would be slow
  uint64_t bytes_ = 0;   // with what is waiting
  int64_t samples_ = 0;
  std::string dali_index_, index_;
};

}  // namespace fovea::detail
