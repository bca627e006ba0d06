// SPDX-License-Identifier: Apache-2.0
#include "prepare/split_preparer.h"

#include "file_reader.h"

#include <fovea/core/error.h>

#include <algorithm>
#include <filesystem>
#include <utility>

namespace fovea::detail {

namespace fs = std::filesystem;

namespace {

constexpr int64_t kChunkBytes = int64_t{64} << 20;  // of pixels in work
constexpr int64_t kMostInChunk = 512;

int64_t chunk_size(const Dataset& source, int threads) {
  const int64_t fits = kChunkBytes / std::max<int64_t>(source.image().elements(), 1);
  return std::max<int64_t>(std::min(fits, kMostInChunk), threads);
}

// A message that begins with the file's name, without it.
std::string without_name(const std::string& message, const std::string& name) {
  const bool begins = message.starts_with(name + ": ");
  return begins ? message.substr(name.size() + 2) : message;
}

}  // namespace

SplitPreparer::SplitPreparer(SplitJob job, ThreadPool& pool)
    : job_(std::move(job)),
      pool_(pool),
      sums_(job_.source->image()),
      state_(read_split_state(job_.folder, job_.name())),
      skipped_(state_.skipped) {
  if (!state_.sums.empty())
    sums_.restore(state_.sums, job_.folder + " (" + job_.name() + ".state)");
  for (int i = 0; i < pool_.threads(); i++) encoders_.emplace_back(job_.encoding);
}

// The same wherever the source lies.
std::string SplitPreparer::name_of(int64_t index) const {
  const std::string name = job_.source->name(index), above = job_.root + "/";
  return name.starts_with(above) ? name.substr(above.size()) : name;
}

void SplitPreparer::read(int64_t index, Outcome& outcome, PictureEncoder& encoder) const {
  outcome.problem.clear();
  outcome.sample.number = index;
  outcome.sample.label = job_.source->label(index);
  outcome.sample.name = name_of(index);
  try {
    job_.source->read(index, outcome.image);
  } catch (const DataError& error) {
    outcome.problem = without_name(error.what(), job_.source->name(index));
    return;
  }
  outcome.sample.width = static_cast<uint16_t>(outcome.image.width);
  outcome.sample.height = static_cast<uint16_t>(outcome.image.height);
  encoder.encode(outcome.image, outcome.sample.bytes);
}

// Cuts a chunk into pieces, and adds their pictures to the sums, so that these are known as they
// are at the end of each shard.
void SplitPreparer::plan(std::vector<Outcome>& chunk, int64_t begin) {
  pieces_.clear();
  written_.swap(chunk);
  size_t piece_begin = 0;
  for (size_t i = 0; i < written_.size(); i++) {
    const Outcome& outcome = written_[i];
    if (!outcome.problem.empty()) {
      skipped_.push_back({outcome.sample.name, outcome.problem});
      continue;
    }
    const uint64_t bytes = shard_bytes_of(outcome.sample);
    if (open_bytes_ > 0 && open_bytes_ + bytes + kShardEndBytes > job_.shard_bytes) {
      add_piece(piece_begin, i);
      close_shard(begin + static_cast<int64_t>(i));
      piece_begin = i;
    }
    open_bytes_ += bytes;
  }
  add_piece(piece_begin, written_.size());
}

void SplitPreparer::add_piece(size_t begin, size_t end) {
  std::vector<const Image*> images;
  for (size_t i = begin; i < end; i++) {
    if (written_[i].problem.empty()) images.push_back(&written_[i].image);
  }
  sums_.add(images, pool_);
  pieces_.push_back({begin, end, std::nullopt});
}

void SplitPreparer::close_shard(int64_t next) {
  SplitState state;
  state.next = next;
  state.skipped = skipped_;
  state.sums = sums_.save();
  pieces_.back().close = std::move(state);
  open_bytes_ = 0;
}

void SplitPreparer::write() {
  for (const Piece& piece : pieces_) write(piece);
  pieces_.clear();
}

void SplitPreparer::write(const Piece& piece) {
  for (size_t i = piece.begin; i < piece.end; i++) {
    if (!written_[i].problem.empty()) continue;
    if (!writer_) {
      writer_.emplace(job_.folder, job_.name(), static_cast<int64_t>(state_.shards.size()),
                      picture_ending(job_.encoding, job_.source->image()[2]));
    }
    writer_->add(written_[i].sample);
  }
  if (!piece.close) return;
  SplitState state = *piece.close;
  state.shards = state_.shards;
  if (writer_) state.shards.push_back(writer_->finish());
  writer_.reset();
  write_split_state(job_.folder, job_.name(), state);
  state_ = std::move(state);
}

bool SplitPreparer::run(const PrepareCallback& go_on) {
  const int64_t total = job_.source->size(), step = chunk_size(*job_.source, pool_.threads());
  const auto report = [&](int64_t done) {
    return !go_on || go_on({job_.split, done, total, static_cast<int64_t>(skipped_.size())});
  };
  std::vector<Outcome> chunk;
  for (int64_t next = state_.next; next < total;) {
    if (!report(next)) return false;
    const int64_t count = std::min(step, total - next);
    chunk.resize(static_cast<size_t>(count));
    pool_.parallel_for(count + 1, [&](int64_t item, int thread) {
      if (item == 0) {
        write();
      } else {
        read(next + item - 1, chunk[static_cast<size_t>(item - 1)],
             encoders_[static_cast<size_t>(thread)]);
      }
    });
    plan(chunk, next);
    next += count;
  }
  if (state_.next < total) close_shard(total);
  write();
  return report(total);
}

PreparedSplit SplitPreparer::finish() {
  PreparedSplit split;
  split.samples = state_.samples();
  split.index = job_.name() + ".bin";
  split.shards = state_.shards;
  split.skipped = state_.skipped;
  AtomicFile file(file_in(job_.folder, split.index));
  Sha256 hash;
  for (size_t i = 0; i < split.shards.size(); i++) {
    const ShardInfo& shard = split.shards[i];
    const std::string name = shard_file(job_.name(), static_cast<int64_t>(i), kIndexPartEnding);
    const std::string path = file_in(job_.folder, name);
    const uint64_t bytes = static_cast<uint64_t>(shard.samples) * sizeof(IndexEntry);
    const std::vector<uint8_t> part = read_whole_file(path, bytes);
    if (part.size() != bytes)
      throw DataError(path + ": is damaged; --force begins the preparation anew");
    file.write(std::as_bytes(std::span(part)));
    hash.update(std::as_bytes(std::span(part)));
  }
  file.commit();
  split.index_sha256 = hash.hex();
  return split;
}

}  // namespace fovea::detail
