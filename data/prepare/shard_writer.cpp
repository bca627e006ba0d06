// SPDX-License-Identifier: Apache-2.0
#include "prepare/shard_writer.h"

#include <fovea/core/io/crc32c.h>
#include <fovea/core/io/tar.h>

#include <filesystem>

namespace fovea::detail {

namespace {

constexpr size_t kWriteBytes = size_t{1} << 20;

// Digits with zeros in front.
std::string padded_number(int64_t number, size_t width) {
  const std::string digits = std::to_string(number);
  return std::string(digits.size() < width ? width - digits.size() : 0, '0') + digits;
}

std::string source_note(const ShardSample& sample) {
  JsonWriter json;
  return json.begin_object().key("name").value(sample.name).end_object().str();
}

uint64_t member_bytes(uint64_t size) { return kTarBlock + size + tar_padding(size).size(); }

}  // namespace

std::string shard_file(const std::string& split, int64_t shard, const char* ending) {
  return split + "-" + padded_number(shard, 5) + ending;
}

uint64_t shard_bytes_of(const ShardSample& sample) {
  return member_bytes(sample.bytes.size()) + member_bytes(std::to_string(sample.label).size()) +
         member_bytes(source_note(sample).size());
}

ShardWriter::ShardWriter(const std::string& folder, const std::string& split, int64_t shard,
                         std::string ending)
    : folder_(folder),
      split_(split),
      ending_(std::move(ending)),
      shard_(shard),
      archive_(file_in(folder, shard_file(split, shard, kShardEnding))) {}

void ShardWriter::write(std::string_view bytes) {
  waiting_ += bytes;
  bytes_ += bytes.size();
  if (waiting_.size() >= kWriteBytes) flush();
}

void ShardWriter::flush() {
  archive_.write(waiting_);
  hash_.update(waiting_);
  waiting_.clear();
}

// Gives the place of the member's bytes.
uint64_t ShardWriter::add_member(const std::string& name, std::string_view bytes) {
  write(tar_header(name, bytes.size()));
  const uint64_t offset = bytes_;
  write(bytes);
  write(tar_padding(bytes.size()));
  return offset;
}

void ShardWriter::add(const ShardSample& sample) {
  const std::string key = padded_number(sample.number, 6) + ".";
  std::string line;
  const auto member = [&](const std::string& ending, std::string_view bytes) {
    const uint64_t offset = add_member(key + ending, bytes);
    line += (line.empty() ? "" : " ") + ending + " " + std::to_string(offset) + " " +
            std::to_string(bytes.size()) + " " + key + ending;
    return offset;
  };
  const IndexEntry entry{.offset = member(ending_, sample.bytes),
                         .size = static_cast<uint32_t>(sample.bytes.size()),
                         .shard = static_cast<uint32_t>(shard_),
                         .label = sample.label,
                         .crc32c = crc32c(sample.bytes),
                         .width = sample.width,
                         .height = sample.height};
  member("cls", std::to_string(sample.label));
  member("json", source_note(sample));
  dali_index_ += line + "\n";
  index_.append(reinterpret_cast<const char*>(&entry), sizeof entry);
  samples_++;
}

ShardInfo ShardWriter::finish() {
  write(tar_end());
  flush();
  archive_.commit();
  write_file_atomically(file_in(folder_, shard_file(split_, shard_, kDaliIndexEnding)),
                        "v1.2 " + std::to_string(samples_) + "\n" + dali_index_);
  write_file_atomically(file_in(folder_, shard_file(split_, shard_, kIndexPartEnding)), index_);
  return {shard_file(split_, shard_, kShardEnding), samples_, bytes_, hash_.hex()};
}

}  // namespace fovea::detail
