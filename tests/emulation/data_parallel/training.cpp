// SPDX-License-Identifier: Apache-2.0
#include "training.h"

#include <memory>
#include <thread>

namespace regression {

namespace {

constexpr int kSteps = 12, kBuckets = 2;

using Ranks = std::vector<std::unique_ptr<Rank>>;

// The communicators of one thread's ranks, one for each device.
class Communicators {
 public:
  explicit Communicators(int count) : comms_(static_cast<size_t>(count)) {
    ncclCommInitAll(comms_.data(), count, nullptr);
  }
  Communicators(int count, const ncclUniqueId& id, int rank) : comms_(1) {
    ncclCommInitRank(comms_.data(), count, id, rank);
  }
  ~Communicators() {
    for (const ncclComm_t comm : comms_) ncclCommDestroy(comm);
  }
  Communicators(const Communicators&) = delete;
  Communicators& operator=(const Communicators&) = delete;

  ncclComm_t operator[](size_t i) const { return comms_[i]; }

 private:
  std::vector<ncclComm_t> comms_;
};

// One step of ranks that one thread serves: a group makes the ranks' calls one collective.
void step(const Ranks& ranks, const Communicators& comms, int number) {
  for (const auto& rank : ranks) rank->upload(number);
  for (const auto& rank : ranks) rank->compute_gradients(number);
  for (int bucket = 0; bucket < kBuckets; bucket++) {
    ncclGroupStart();
    for (size_t i = 0; i < ranks.size(); i++) ranks[i]->all_reduce(bucket, comms[i]);
    ncclGroupEnd();
    for (const auto& rank : ranks) rank->mark_reduced(bucket);
  }
  for (const auto& rank : ranks) rank->update();
}

}  // namespace

std::vector<std::vector<float>> train_in_one_thread(int count, Wait omitted) {
  const Communicators comms(count);
  Ranks ranks;
  for (int i = 0; i < count; i++) ranks.push_back(std::make_unique<Rank>(i, count, omitted));
  for (int number = 0; number < kSteps; number++) step(ranks, comms, number);
  std::vector<std::vector<float>> weights;
  for (const auto& rank : ranks) weights.push_back(rank->weights());
  cudaSetDevice(0);
  return weights;
}

std::vector<std::vector<float>> train_in_threads(int count) {
  ncclUniqueId id;
  ncclGetUniqueId(&id);
  std::vector<std::vector<float>> weights(static_cast<size_t>(count));
  std::vector<std::thread> threads;
  for (int i = 0; i < count; i++)
    threads.emplace_back([&, i] {
      cudaSetDevice(i);
      const Communicators comm(count, id, i);
      Ranks rank;
      rank.push_back(std::make_unique<Rank>(i, count, Wait::None));
      for (int number = 0; number < kSteps; number++) step(rank, comm, number);
      weights[static_cast<size_t>(i)] = rank.front()->weights();
    });
  for (std::thread& thread : threads) thread.join();
  return weights;
}

}  // namespace regression
