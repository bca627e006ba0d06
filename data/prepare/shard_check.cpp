// SPDX-License-Identifier: Apache-2.0
#include "prepare/shard_check.h"

#include "prepare/shard_writer.h"
#include "tar_samples.h"

#include <fovea/core/error.h>
#include <fovea/core/io/tar.h>
#include <fovea/core/io/text_file.h>

#include <algorithm>
#include <cstring>
#include <filesystem>

namespace fovea::detail {

namespace {

std::string hash_of(std::span<const uint8_t> bytes) {
  return Sha256().update(std::as_bytes(bytes)).hex();
}

std::string_view key_of(std::string_view name) { return name.substr(0, name.find('.')); }

// What DALI's tool would write for this archive: each sample's members on one line.
std::string dali_index_of(const MappedFile& archive) {
  std::string lines, key;
  int64_t samples = 0;
  TarReader reader(archive.bytes(), archive.path());
  while (const auto member = reader.next()) {
    const bool first = samples == 0 || key_of(member->name) != key;
    if (first) lines += samples++ == 0 ? "" : "\n";
    key = key_of(member->name);
    lines += (first ? "" : " ") +
             member->name.substr(std::min(key.size() + 1, member->name.size())) + " " +
             std::to_string(member->offset) + " " + std::to_string(member->size) + " " +
             member->name;
  }
  return "v1.2 " + std::to_string(samples) + "\n" + lines + "\n";
}

// The entries of one shard; nothing when the file is too short for them.
std::vector<IndexEntry> entries_of(const MappedFile& index, const PreparedSplit& split,
                                   int64_t shard) {
  int64_t begin = 0;
  for (int64_t i = 0; i < shard; i++) begin += split.shards[static_cast<size_t>(i)].samples;
  std::vector<IndexEntry> entries(
      static_cast<size_t>(split.shards[static_cast<size_t>(shard)].samples));
  const size_t at = static_cast<size_t>(begin) * sizeof(IndexEntry);
  const size_t bytes = entries.size() * sizeof(IndexEntry);
  if (index.bytes().size() < at + bytes) return {};
  std::memcpy(entries.data(), index.bytes().data() + at, bytes);
  return entries;
}

bool agrees(const IndexEntry& entry, const TarSample& sample) {
  return entry.offset == sample.offset && entry.size == sample.size &&
         entry.shard == sample.archive && entry.label == sample.label;
}

}  // namespace

void check_index_file(const std::string& folder, const PreparedSplit& split) {
  const MappedFile index(file_in(folder, split.index));
  if (hash_of(index.bytes()) != split.index_sha256)
    throw DataError(index.path() + ": its SHA-256 is not that in dataset.json; it is damaged");
}

void check_shard(const std::string& folder, const PreparedSplit& split, int64_t shard,
                 const std::function<void(const std::string&)>& found) {
  const ShardInfo& info = split.shards[static_cast<size_t>(shard)];
  const MappedFile archive(file_in(folder, info.file));
  if (archive.bytes().size() != info.bytes) {
    found(archive.path() + ": has " + std::to_string(archive.bytes().size()) +
          " bytes, but dataset.json says " + std::to_string(info.bytes));
  } else if (hash_of(archive.bytes()) != info.sha256) {
    found(archive.path() + ": its SHA-256 is not that in dataset.json; it is damaged");
  }
  std::vector<TarSample> samples;
  add_tar_samples(archive, static_cast<uint32_t>(shard), samples);
  if (static_cast<int64_t>(samples.size()) != info.samples) {
    throw DataError(archive.path() + ": has " + std::to_string(samples.size()) +
                    " samples, but dataset.json says " + std::to_string(info.samples));
  }
  const std::string dali_file =
      std::filesystem::path(info.file).replace_extension(kDaliIndexEnding).string();
  const std::string dali_path = file_in(folder, dali_file);
  if (read_text_file(dali_path) != dali_index_of(archive))
    found(dali_path + ": is missing, or not the index of " + info.file);
  const MappedFile index(file_in(folder, split.index));
  const std::vector<IndexEntry> entries = entries_of(index, split, shard);
  for (size_t i = 0; i < entries.size(); i++) {
    if (agrees(entries[i], samples[i])) continue;
    throw DataError(index.path() + ": sample " + std::to_string(i) + " of " + info.file +
                    ": place or label is not that in the archive");
  }
}

}  // namespace fovea::detail
