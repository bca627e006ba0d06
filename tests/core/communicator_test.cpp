// SPDX-License-Identifier: Apache-2.0
// Operations between ranks: threads with tensors of the host, and GPUs.
#include "support/error_message.h"
#include "support/ranks.h"
#include "support/values.h"

#include <fovea/core/comm/launch.h>
#include <fovea/core/error.h>

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <map>

namespace fovea {
namespace {

using namespace std::chrono_literals;
using test::Communicators, test::on_ranks;
using Floats = std::vector<float>;

// Rank r's i-th value; sums of these show the order in which they were made.
float value(int rank, int64_t i) {
  return (rank % 2 ? -1.0f : 1.0f) * std::ldexp(1.0f + static_cast<float>(i % 7), 23 - 5 * rank) +
         0.37f;
}

float sum_in_order(int ranks, int64_t i) {
  float sum = value(0, i);
  for (int rank = 1; rank < ranks; rank++) sum += value(rank, i);
  return sum;
}

Tensor values_of(int rank, int64_t n) {
  Tensor values({n});
  for (int64_t i = 0; i < n; i++) values.data<float>()[i] = value(rank, i);
  return values;
}

// Of one rank, after each operation.
struct Seen {
  Floats reduced, gathered, scattered, broadcast, from_last, exchanged;
  int64_t bytes = 0;
};

void use_all(Communicator& ranks, Device device, int64_t n, Seen& seen) {
  Context ctx({.device = device, .threads = 1});
  const int rank = ranks.rank(), size = ranks.size(), last = size - 1;
  const auto there = [&](const Tensor& tensor) { return tensor.to(device); };
  const auto back = [](const Tensor& tensor) {
    return test::elements<float>(tensor.to(Device::cpu()));
  };
  const Tensor reduced = there(values_of(rank, n));
  ranks.all_reduce(ctx, reduced);
  seen.reduced = back(reduced);

  const Tensor mine = there(values_of(rank, n)), all({n * size}, DType::f32, device);
  ranks.all_gather(ctx, mine, all);
  seen.gathered = back(all);

  const Tensor pieces = there(values_of(rank, n * size)), piece({n}, DType::f32, device);
  ranks.reduce_scatter(ctx, pieces, piece);
  seen.scattered = back(piece);

  const Tensor given = there(values_of(rank, n));
  ranks.broadcast(ctx, given, last);
  seen.broadcast = back(given);

  const Tensor passed = there(values_of(rank, n));
  if (rank == last && last > 0) ranks.send(ctx, passed, 0);
  if (rank == 0 && last > 0) ranks.receive(ctx, passed, last);
  seen.from_last = back(passed);

  const Tensor theirs({n}, DType::f32, device);
  if (size % 2 == 0) ranks.exchange(ctx, rank ^ 1, mine, theirs);
  seen.exchanged = back(theirs);
  ranks.barrier(ctx);
  ranks.wait(ctx);
  seen.bytes = ranks.bytes_sent();
}

int64_t bytes_wanted(int rank, int size, int64_t bytes) {
  return all_reduce_traffic(bytes, size) + 2 * gather_traffic(bytes * size, size) +
         (rank == size - 1 ? bytes : 0) + (rank == size - 1 && size > 1 ? bytes : 0) +
         (size % 2 == 0 ? bytes : 0);
}

Floats from(int64_t n, const std::function<float(int64_t)>& at) {
  Floats values;
  for (int64_t i = 0; i < n; i++) values.push_back(at(i));
  return values;
}

// The largest difference, in parts of the largest value.
float error_of(const Floats& got, const Floats& want) {
  if (got.size() != want.size()) return INFINITY;
  float largest = 0, error = 0;
  for (size_t i = 0; i < got.size(); i++) {
    largest = std::max(largest, std::abs(want[i]));
    error = std::max(error, std::abs(got[i] - want[i]));
  }
  return error / largest;
}

void check_all(const std::vector<Seen>& seen, int64_t n, float tolerance) {
  const auto size = static_cast<int>(seen.size());
  const Floats sums = from(n, [&](int64_t i) { return sum_in_order(size, i); });
  const Floats all = from(n * size, [&](int64_t i) { return value(int(i / n), i % n); });
  for (int rank = 0; rank < size; rank++) {
    CAPTURE(size, rank, n);
    const auto of = [&](int other) { return from(n, [&](int64_t i) { return value(other, i); }); };
    const auto piece = [&](int64_t i) { return sum_in_order(size, rank * n + i); };
    const Seen& s = seen[static_cast<size_t>(rank)];
    CHECK(error_of(s.reduced, sums) <= tolerance);
    CHECK(s.reduced == seen[0].reduced);
    CHECK(error_of(s.scattered, from(n, piece)) <= tolerance);
    CHECK(s.gathered == all);
    CHECK(s.broadcast == of(size - 1));
    CHECK(s.from_last == of(rank == 0 ? size - 1 : rank));
    if (size % 2 == 0) CHECK(s.exchanged == of(rank ^ 1));
    CHECK(s.bytes == bytes_wanted(rank, size, n * 4));
  }
}

TEST_CASE("threads pass tensors of the host to each other and add them in order") {
  for (const int size : {1, 2, 3, 4, 8}) {
    for (const int64_t n : {1, 3, 2500}) {
      std::vector<Seen> seen(static_cast<size_t>(size));
      const Communicators ranks = connect_threads(size);
      const auto errors = on_ranks(ranks, [&](Communicator& rank) {
        use_all(rank, Device::cpu(), n, seen[static_cast<size_t>(rank.rank())]);
      });
      for (const std::string& error : errors) REQUIRE(error == "");
      check_all(seen, n, 0);
    }
  }
}

TEST_CASE("GPUs pass tensors to each other and add them") {
  if (test::lacks_cuda(2)) return;
  for (const int size : {2, 4}) {
    if (cuda_runtime()->device_count() < size) continue;
    std::vector<Device> devices;
    for (int i = 0; i < size; i++) devices.push_back(Device::cuda(i));
    std::vector<Seen> seen(static_cast<size_t>(size));
    const auto errors = on_ranks(connect_devices(devices), [&](Communicator& rank) {
      const auto r = static_cast<size_t>(rank.rank());
      use_all(rank, devices[r], 5, seen[r]);
    });
    for (const std::string& error : errors) REQUIRE(error == "");
    check_all(seen, 5, 1e-6f);
  }
}

// What the ranks say of it when the last one of `size` does `other` in place of an all-reduce.
std::vector<std::string> disturbed(int size, std::chrono::milliseconds patience,
                                   const std::function<void(Communicator&, Context&)>& other) {
  const Communicators ranks = connect_threads(size, patience);
  return on_ranks(ranks, [&](Communicator& rank) {
    Context ctx({.threads = 1});
    if (rank.rank() == size - 1) return other(rank, ctx);
    const Tensor values({4});
    rank.all_reduce(ctx, values);
  });
}

TEST_CASE("a rank that does not come is named, and ends all") {
  const auto errors = disturbed(3, 300ms, [](Communicator&, Context&) {});
  std::vector<std::string> named, ended;
  for (int rank = 0; rank < 2; rank++) {
    const std::string& error = errors[static_cast<size_t>(rank)];
    const std::string prefix = "rank " + std::to_string(rank) + ", all-reduce: ";
    CHECK_THAT(error, Catch::StartsWith(prefix));
    (error.ends_with("another rank has failed") ? ended : named).push_back(error);
  }
  REQUIRE(!named.empty());
  CHECK_THAT(named[0], Catch::Contains("rank 2 has not answered for 300 ms; it has died, hangs, "
                                       "was stopped, or the network is cut"));
}

TEST_CASE("a rank that gives up ends the others at once") {
  const auto errors = disturbed(2, 10min, [](Communicator& rank, Context&) { rank.abort(); });
  CHECK(errors[0] == "rank 0, all-reduce: another rank has failed");
  const Communicators ranks = connect_threads(2);
  ranks[0]->abort();
  Context ctx({.threads = 1});
  CHECK_THROWS_AS(ranks[1]->barrier(ctx), DeviceError);
  CHECK_THROWS_AS(ranks[1]->wait(ctx), DeviceError);
}

TEST_CASE("ranks that do different things are told so") {
  const auto shorter = disturbed(
      2, 10min, [](Communicator& rank, Context& ctx) { rank.all_reduce(ctx, Tensor({2})); });
  CHECK(shorter[0] + shorter[1] != "");
  CHECK_THAT(shorter[0] + shorter[1],
             Catch::Contains("all-reduce: of ") && Catch::Contains("has called all-reduce of "));
  const auto other = disturbed(2, 10min, [](Communicator& rank, Context& ctx) {
    rank.exchange(ctx, 0, Tensor({2}), Tensor({2}));
  });
  CHECK_THAT(other[0] + other[1], Catch::Contains("has called exchange of 8 bytes") ||
                                      Catch::Contains("has called all-reduce of 8 bytes"));
}

TEST_CASE("a launcher's variables tell rank and size") {
  using Variables = std::map<std::string, const char*>;
  const auto found = [](const Variables& variables) {
    return find_launch([&](const char* name) {
      const auto it = variables.find(name);
      return it == variables.end() ? nullptr : it->second;
    });
  };
  const Launch slurm = found({{"SLURM_PROCID", "5"},
                              {"SLURM_STEP_NUM_TASKS", "8"},
                              {"SLURM_LOCALID", "1"},
                              {"SLURM_NODEID", "1"},
                              {"SLURM_STEP_TASKS_PER_NODE", "2(x2),4"}});
  CHECK(slurm.rank == 5);
  CHECK(slurm.size == 8);
  CHECK(slurm.local_rank == 1);
  CHECK(slurm.local_size == 2);
  CHECK(slurm.by == "srun");
  const auto tasks_on = [&](const char* node, const char* tasks) {
    return found({{"SLURM_PROCID", "0"},
                  {"SLURM_STEP_NUM_TASKS", "9"},
                  {"SLURM_NODEID", node},
                  {"SLURM_STEP_TASKS_PER_NODE", tasks}})
        .local_size;
  };
  CHECK(tasks_on("2", "3(x2),4") == 4);
  CHECK(tasks_on("0", "9") == 9);
  CHECK(tasks_on("3", "3(x2),4") == 1);  // unknown
  CHECK(tasks_on("0", "many") == 1);
  const Launch mpirun = found({{"OMPI_COMM_WORLD_RANK", "1"},
                               {"OMPI_COMM_WORLD_SIZE", "2"},
                               {"OMPI_COMM_WORLD_LOCAL_SIZE", "2"},
                               {"SLURM_NODEID", "1"},
                               {"SLURM_PROCID", "0"},
                               {"SLURM_STEP_NUM_TASKS", "2"}});
  CHECK(mpirun.by == "mpirun");
  CHECK(mpirun.rank == 1);
  CHECK(mpirun.local_size == 2);
  // A batch script, and a job of one.
  CHECK(!found({{"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "4"}}).is_job());
  CHECK(!found({{"OMPI_COMM_WORLD_RANK", "0"}, {"OMPI_COMM_WORLD_SIZE", "1"}}).is_job());
  CHECK(!found({}).is_job());
}

TEST_CASE("tensors that do not fit an operation of ranks are refused") {
  Context ctx({.threads = 1});
  const Communicators ranks = connect_threads(2);
  CHECK(test::error_message<ArgumentError>([&] {
          ranks[0]->all_gather(ctx, Tensor({3}), Tensor({5}));
        }) == "all-gather of 2 ranks with [3] for each and [5] in all");
  CHECK_THROWS_AS(ranks[0]->reduce_scatter(ctx, Tensor({5}), Tensor({2})), ArgumentError);
  CHECK_THROWS_AS(ranks[0]->broadcast(ctx, Tensor({5}), 2), ArgumentError);
  CHECK_THROWS_AS(ranks[0]->all_reduce(ctx, Tensor({5}, DType::i32)), ArgumentError);
  CHECK_THROWS_AS(connect_threads(0), ArgumentError);
}

}  // namespace
}  // namespace fovea
