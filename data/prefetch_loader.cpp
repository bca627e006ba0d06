// SPDX-License-Identifier: Apache-2.0
#include "prefetch_loader.h"

#include <fovea/core/error.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <system_error>

namespace fovea::detail {

namespace {

// Small pictures are taken several at a time: 64 KiB of pixels outweigh the cost of taking them.
// All views of a sample are taken together, so that it is read once.
int64_t rows_per_piece(const Shape& image, int64_t views) {
  const int64_t rows = std::max<int64_t>(1, 65536 / image.elements());
  return (rows + views - 1) / views * views;
}

}  // namespace

void PrefetchLoader::Slot::clear() {
  rows = done = error_row = 0;
  error = nullptr;
}

PrefetchLoader::PrefetchLoader(BatchBuilder builder)
    : BatchSource(builder.info()),
      builder_(std::move(builder)),
      piece_rows_(rows_per_piece(image(), views())),
      ring_(static_cast<size_t>(builder_.options().prefetch)) {}

PrefetchLoader::~PrefetchLoader() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_to_do_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void PrefetchLoader::start_threads() {
  const auto count = static_cast<size_t>(builder_.options().workers);
  for (Slot& slot : ring_) builder_.begin({}, slot.batch);
  scratch_.resize(count);
  for (SampleScratch& scratch : scratch_) builder_.reserve(scratch);
  threads_.reserve(count);
  try {
    while (threads_.size() < count) {
      threads_.emplace_back([this, &scratch = scratch_[threads_.size()]] { work(scratch); });
    }
  } catch (const std::system_error& error) {
    if (threads_.empty())
      throw SystemError(std::string("loader: no thread to be had: ") + error.what());
  }
}

void PrefetchLoader::seek(uint32_t epoch, int64_t index) {
  const BatchPosition position = {epoch, index};
  builder_.check(position);
  std::unique_lock lock(mutex_);
  if (position == head_position_ && !slot_of(head_).error) return;
  paused_ = true;
  threads_idle_.wait(lock, [&] { return busy_ == 0; });
  for (Slot& slot : ring_) slot.clear();
  tail_ = head_;
  head_position_ = tail_position_ = position;
  taken_ = 0;
  paused_ = false;
  lock.unlock();
  work_to_do_.notify_all();
}

void PrefetchLoader::next(Batch& batch) {
  const auto start = std::chrono::steady_clock::now();
  if (threads_.empty()) start_threads();
  builder_.begin({}, batch);  // an epoch's first batch is the largest: the threads allocate nothing
  {
    std::unique_lock lock(mutex_);
    Slot& slot = slot_of(head_);
    batch_finished_.wait(lock, [&] { return slot.finished(); });
    if (slot.error) std::rethrow_exception(slot.error);
    std::swap(batch, slot.batch);
    slot.clear();
    head_++;
    head_position_ = builder_.after(head_position_);
  }
  work_to_do_.notify_all();
  seconds_waited_ +=
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void PrefetchLoader::work(SampleScratch& scratch) {
  std::unique_lock lock(mutex_);
  while (true) {
    work_to_do_.wait(lock, [&] { return stopping_ || can_take(); });
    if (stopping_) return;
    const Piece piece = take();
    std::exception_ptr error;
    lock.unlock();
    try {
      builder_.fill(piece.slot->batch, piece.begin, piece.end, scratch);
    } catch (...) {
      error = std::current_exception();
    }
    lock.lock();
    finish(piece, std::move(error));
  }
}

bool PrefetchLoader::can_take() const { return !paused_ && tail_ - head_ < ring_.size(); }

PrefetchLoader::Piece PrefetchLoader::take() {
  Slot& slot = slot_of(tail_);
  if (taken_ == 0) {
    builder_.begin(tail_position_, slot.batch);
    slot.rows = slot.batch.size();
  }
  const Piece piece = {&slot, taken_, std::min(taken_ + piece_rows_, slot.rows)};
  taken_ = piece.end;
  if (taken_ == slot.rows) {
    tail_++;
    tail_position_ = builder_.after(tail_position_);
    taken_ = 0;
  }
  busy_++;
  return piece;
}

void PrefetchLoader::finish(const Piece& piece, std::exception_ptr error) {
  Slot& slot = *piece.slot;
  if (error && (!slot.error || piece.begin < slot.error_row)) {
    slot.error = std::move(error);
    slot.error_row = piece.begin;
  }
  slot.done += piece.end - piece.begin;
  busy_--;
  if (slot.finished()) batch_finished_.notify_all();
  if (busy_ == 0) threads_idle_.notify_all();
}

}  // namespace fovea::detail
