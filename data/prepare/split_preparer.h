// SPDX-License-Identifier: Apache-2.0
// Packs the pictures of one split into shards, in parallel, and in the same way each time.
#pragma once

#include "picture_sums.h"
#include "prepare/picture_encoder.h"
#include "prepare/shard_writer.h"
#include "prepare/split_state.h"

#include <fovea/core/thread_pool.h>
#include <fovea/data/prepare.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace fovea::detail {

struct SplitJob {
  Split split = Split::train;
  std::shared_ptr<const Dataset> source;
  std::string root;    // names in it are told from there
  std::string folder;  // to write to
  PictureEncoding encoding;
  uint64_t shard_bytes = 0;

  std::string name() const { return split == Split::train ? "train" : "val"; }
};

// Pictures are read in chunks, by all threads. While one chunk is read, the one before is written,
// in the source's order; where a shard ends depends on the sizes of its samples alone.
class SplitPreparer {
 public:
  // Takes up what is in the folder. Throws DataError when that is damaged.
  SplitPreparer(SplitJob job, ThreadPool& pool);

  // false: `go_on` said no.
  bool run(const PrepareCallback& go_on);
  // After run(): joins the shards' indices in one file.
  PreparedSplit finish();
  PreciseStatistics statistics() const { return sums_.statistics(); }
  int64_t samples() const { return state_.samples(); }
  const std::vector<SkippedFile>& skipped() const { return state_.skipped; }

 private:
  // What became of a picture of the source.
  struct Outcome {
    ShardSample sample;
    Image image;
    std::string problem;  // why it could not be read; empty: it could
  };
  // Consecutive outcomes of one shard.
  struct Piece {
    size_t begin = 0, end = 0;
    std::optional<SplitState> close;  // the shard ends: what will be so then, but for it
  };

  std::string name_of(int64_t index) const;
  void read(int64_t index, Outcome& outcome, PictureEncoder& encoder) const;
  void plan(std::vector<Outcome>& chunk, int64_t begin);
  void add_piece(size_t begin, size_t end);
  void close_shard(int64_t next);
  void write();
  void write(const Piece& piece);

  SplitJob job_;
  ThreadPool& pool_;
  PictureSums sums_;
  SplitState state_;  // of the shards that are written
  std::vector<PictureEncoder> encoders_;

  // Planned ahead of what is written.
  std::vector<SkippedFile> skipped_;
  uint64_t open_bytes_ = 0;  // of the shard that is being filled; 0: none is

  std::vector<Outcome> written_;  // the chunk that `pieces_` are of
  std::vector<Piece> pieces_;
  std::optional<ShardWriter> writer_;
};

}  // namespace fovea::detail
