// SPDX-License-Identifier: Apache-2.0
// A loader whose threads make the next batches while the caller uses the last one.
#pragma once

#include "batch_builder.h"

#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>

namespace fovea::detail {

// A ring of batches, filled in order. The threads share the work of one batch: each takes the next
// few rows that nobody has taken, so the oldest batch is always the one that is finished first.
class PrefetchLoader final : public BatchSource {
 public:
  explicit PrefetchLoader(BatchBuilder builder);
  ~PrefetchLoader() override;

  void seek(uint32_t epoch, int64_t index) override;
  void next(Batch& batch) override;
  double seconds_waited() const override { return seconds_waited_; }
  std::string fingerprint() const override { return builder_.fingerprint(); }
  std::vector<std::string> notes() const override { return builder_.notes(); }

 private:
  struct Slot {
    Batch batch;
    int64_t rows = 0;  // 0: not begun
    int64_t done = 0;
    std::exception_ptr error;  // of the lowest row that failed
    int64_t error_row = 0;

    bool finished() const { return rows != 0 && done == rows; }
    void clear();
  };
  // Some rows of one slot, for one thread.
  struct Piece {
    Slot* slot;
    int64_t begin, end;
  };

  void start_threads();
  void work(SampleScratch& scratch);
  bool can_take() const;
  Piece take();  // REQUIRES: the lock, can_take()
  void finish(const Piece& piece, std::exception_ptr error);
  Slot& slot_of(uint64_t number) { return ring_[number % ring_.size()]; }

  const BatchBuilder builder_;
  const int64_t piece_rows_;
  double seconds_waited_ = 0;  // the caller's

  std::mutex mutex_;  // guards all below
  std::condition_variable work_to_do_, batch_finished_, threads_idle_;
  std::vector<Slot> ring_;
  uint64_t head_ = 0;  // number of the batch that next() gives
  uint64_t tail_ = 0;  // number of the batch whose rows are being taken
  BatchPosition head_position_, tail_position_;
  int64_t taken_ = 0;  // rows of the tail
  int busy_ = 0;       // threads that fill a piece
  bool paused_ = false, stopping_ = false;

  std::vector<SampleScratch> scratch_;  // one for each thread
  std::vector<std::thread> threads_;
};

}  // namespace fovea::detail
