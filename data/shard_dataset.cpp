// SPDX-License-Identifier: Apache-2.0
#include "class_matching.h"
#include "picture_reader.h"
#include "prepared_info.h"
#include "shard_index.h"

#include <fovea/core/error.h>
#include <fovea/core/io/crc32c.h>
#include <fovea/core/io/mapped_file.h>
#include <fovea/data/class_names.h>
#include <fovea/data/shard_dataset.h>

#include <cstring>
#include <filesystem>

namespace fovea {

using detail::file_in;
using detail::IndexEntry;
using detail::PictureReaders;
using detail::PreparedInfo;
using detail::PreparedSplit;

namespace {

// Classes, and the label of each that is stored.
struct Labels {
  std::vector<std::string> classes;
  std::vector<int32_t> of_stored;
};

Labels labels_of(const std::string& folder, const std::vector<std::string>& stored,
                 const std::vector<std::string>& given, Split split) {
  SampleList list;
  list.root = folder;
  list.classes = stored;
  for (size_t c = 0; c < stored.size(); c++) list.add(stored[c], static_cast<int32_t>(c));
  const bool numbers = stored == numbered_classes(static_cast<int64_t>(stored.size()));
  if (numbers && given.size() == stored.size()) {
    list.classes = given;
  } else {
    detail::match_classes(list, given, split);
  }
  return {std::move(list.classes), std::move(list.labels)};
}

}  // namespace

struct ShardDataset::Files {
  Files(const std::string& folder, const PreparedInfo& info, const PreparedSplit& split);

  void open_shards(const std::string& folder, const PreparedSplit& split);
  void check_entries(const PreparedInfo& info) const;
  IndexEntry entry(int64_t i) const;
  [[noreturn]] void fail(int64_t i, const std::string& what) const;

  MappedFile index;
  std::vector<MappedFile> shards;
  std::string raw_header;  // of every picture; empty when they are encoded
  std::vector<int32_t> label_of_stored;
  PictureReaders readers;
};

ShardDataset::Files::Files(const std::string& folder, const PreparedInfo& info,
                           const PreparedSplit& split)
    : index(file_in(folder, split.index)) {
  const uint64_t wanted = static_cast<uint64_t>(split.samples) * sizeof(IndexEntry);
  if (index.bytes().size() != wanted) {
    throw DataError(index.path() + ": needs " + std::to_string(wanted) + " bytes for " +
                    std::to_string(split.samples) + " samples, has " +
                    std::to_string(index.bytes().size()));
  }
  open_shards(folder, split);
  check_entries(info);
  if (info.job.encode == "raw")
    raw_header = detail::pnm_header(info.image[0], info.image[1], info.image[2]);
}

void ShardDataset::Files::open_shards(const std::string& folder, const PreparedSplit& split) {
  shards.reserve(split.shards.size());
  for (const detail::ShardInfo& shard : split.shards) {
    const MappedFile& file = shards.emplace_back(file_in(folder, shard.file));
    if (file.bytes().size() == shard.bytes) continue;
    throw DataError(file.path() + ": has " + std::to_string(file.bytes().size()) +
                    " bytes, but dataset.json says " + std::to_string(shard.bytes) +
                    "; was it copied whole?");
  }
}

// So that label() and read() can rely on them.
void ShardDataset::Files::check_entries(const PreparedInfo& info) const {
  const auto samples = static_cast<int64_t>(index.bytes().size() / sizeof(IndexEntry));
  const auto classes = static_cast<int32_t>(info.classes.size());
  for (int64_t i = 0; i < samples; i++) {
    const IndexEntry e = entry(i);
    const bool label = e.label >= 0 && e.label < classes;
    const bool size = e.height == info.image[0] && e.width == info.image[1];
    const bool place = e.shard < shards.size() && e.size <= shards[e.shard].bytes().size() &&
                       e.offset <= shards[e.shard].bytes().size() - e.size;
    if (label && size && place) continue;
    const std::string what = !label ? "label " + std::to_string(e.label) + " is outside the " +
                                          std::to_string(classes) + " classes"
                             : !size ? "a picture of " + std::to_string(e.height) + "x" +
                                           std::to_string(e.width) + " pixels"
                                     : std::string("its bytes are outside the shards");
    throw DataError(index.path() + ": sample " + std::to_string(i) + " (byte " +
                    std::to_string(i * static_cast<int64_t>(sizeof(IndexEntry))) + "): " + what +
                    "; the index is damaged");
  }
}

IndexEntry ShardDataset::Files::entry(int64_t i) const {
  IndexEntry entry;
  std::memcpy(&entry, index.bytes().data() + static_cast<size_t>(i) * sizeof entry, sizeof entry);
  return entry;
}

void ShardDataset::Files::fail(int64_t i, const std::string& what) const {
  const IndexEntry e = entry(i);
  throw DataError(shards[e.shard].path() + ": sample " + std::to_string(i) + " (byte " +
                  std::to_string(e.offset) + "): " + what);
}

std::shared_ptr<ShardDataset> ShardDataset::open(const std::string& path, Split split,
                                                 const std::vector<std::string>& classes) {
  const std::string folder = detail::prepared_folder_of(path);
  const PreparedInfo info = detail::read_prepared_info(folder);
  const PreparedSplit& part = split == Split::val && info.val ? *info.val : info.split();
  auto files = std::make_unique<Files>(folder, info, part);
  Labels labels = labels_of(folder, info.classes, classes, split);
  files->label_of_stored = std::move(labels.of_stored);
  return std::shared_ptr<ShardDataset>(
      new ShardDataset(part.samples, info.shape(), std::move(labels.classes), std::move(files)));
}

ShardDataset::ShardDataset(int64_t size, Shape image, std::vector<std::string> classes,
                           std::unique_ptr<Files> files)
    : Dataset(size, image, std::move(classes)), files_(std::move(files)) {}

ShardDataset::~ShardDataset() = default;

int32_t ShardDataset::label(int64_t i) const {
  return files_->label_of_stored[static_cast<size_t>(files_->entry(i).label)];
}

std::string ShardDataset::name(int64_t i) const {
  return files_->shards[files_->entry(i).shard].path() + ": sample " + std::to_string(i);
}

void ShardDataset::read(int64_t i, Image& out) const {
  const IndexEntry entry = files_->entry(i);
  const MappedFile& shard = files_->shards[entry.shard];
  shard.will_need(entry.offset, entry.size);
  const auto bytes = shard.bytes().subspan(entry.offset, entry.size);
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (crc32c(text) != entry.crc32c)
    files_->fail(i, "its checksum is wrong; fovea prepare --check tells what else is damaged");
  const std::string& header = files_->raw_header;
  const auto pixels = static_cast<size_t>(image().elements());
  if (!header.empty() && text.starts_with(header) && text.size() == header.size() + pixels) {
    out.resize(image()[0], image()[1], image()[2]);
    std::memcpy(out.pixels.data(), text.data() + header.size(), pixels);
    return;
  }
  files_->readers.with_reader([&](detail::PictureReader& reader) {
    reader.decode(bytes, name(i), {.channels = image()[2]}, out);
  });
  if (Shape{out.height, out.width, out.channels} != image())
    files_->fail(i, "a picture of another size than the index says");
}

}  // namespace fovea
