// SPDX-License-Identifier: Apache-2.0
// The emulated NCCL between processes: the bits of ranks in one process, and errors in bounded
// time. Rank 0 is this process; the others are nccl_rank.
#include "emulation/support/report_log.h"
#include "nccl_rank.h"
#include "support/program.h"

#include <catch2/catch.hpp>

#include <chrono>
#include <cstdlib>
#include <thread>

namespace {

using Catch::Matchers::Contains;
using fovea::test::Program;
using fovea::test::ProgramResult;
using rank_work::Rank;

struct Fixture {
  ReportLog log;
  ncclUniqueId id{};
  ncclComm_t comm = nullptr;
  std::vector<std::unique_ptr<Program>> others;

  Fixture() {
    setenv("CUDA_EMULATION_NCCL_TIMEOUT", "20", 1);
    cudaSetDevice(0);
    REQUIRE(ncclGetUniqueId(&id) == ncclSuccess);
  }
  ~Fixture() { unsetenv("CUDA_EMULATION_NCCL_TIMEOUT"); }

  void start(int ranks, int rank, int device, const char* deed,
             const std::vector<std::string>& environment = {}) {
    others.push_back(std::make_unique<Program>(
        NCCL_RANK,
        std::vector<std::string>{rank_work::text_of(id), std::to_string(ranks),
                                 std::to_string(rank), std::to_string(device), deed},
        fovea::test::ProgramOptions{.folder = "", .environment = environment}));
  }
  ncclResult_t join(int ranks) { return ncclCommInitRank(&comm, ranks, id, 0); }

  // After a call that another rank does not take part in.
  ncclResult_t error_of_one_more_call() {
    rank_work::Buffer more(std::vector<float>(8));
    (void)ncclAllReduce(more.get(), more.get(), 8, ncclFloat, ncclSum, comm, nullptr);
    (void)cudaStreamSynchronize(nullptr);
    ncclResult_t error = ncclSuccess;
    REQUIRE(ncclCommGetAsyncError(comm, &error) == ncclSuccess);
    return error;
  }
};

// What ranks of one process get.
std::vector<std::string> expected(int ranks) {
  std::vector<ncclComm_t> comms(static_cast<size_t>(ranks));
  REQUIRE(ncclCommInitAll(comms.data(), ranks, nullptr) == ncclSuccess);
  std::vector<std::string> results(comms.size());
  std::vector<std::thread> threads;
  for (int rank = 0; rank < ranks; rank++)
    threads.emplace_back([&, rank] {
      const auto at = static_cast<size_t>(rank);
      cudaSetDevice(rank);
      Rank work(comms[at], rank, ranks);
      work.issue();
      results[at] = work.results();
    });
  for (std::thread& thread : threads) thread.join();
  for (const ncclComm_t comm : comms) ncclCommDestroy(comm);
  return results;
}

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

TEST_CASE_METHOD(Fixture, "ranks in processes of their own get the bits of ranks in one") {
  for (const int ranks : {2, 4}) {
    CAPTURE(ranks);
    const std::vector<std::string> want = expected(ranks);
    others.clear();
    REQUIRE(ncclGetUniqueId(&id) == ncclSuccess);
    for (int rank = 1; rank < ranks; rank++) start(ranks, rank, rank, "work");
    REQUIRE(join(ranks) == ncclSuccess);
    std::string got;
    {
      Rank work(comm, 0, ranks);
      work.issue();
      got = work.results();
    }
    CHECK(ncclCommDestroy(comm) == ncclSuccess);
    CHECK(got == want[0]);
    for (size_t i = 0; i < others.size(); i++) {
      const ProgramResult result = others[i]->wait();
      CHECK(result.exit_code == 0);
      CHECK(result.err == "");
      CHECK(result.out == "joined 0\n" + want[i + 1] + "\n");
    }
  }
  CHECK(log.empty());
}

TEST_CASE_METHOD(Fixture, "a process may hold several of the ranks") {
  const std::vector<std::string> want = expected(3);
  start(3, 1, 1, "work");
  ncclComm_t third = nullptr;
  REQUIRE(ncclGroupStart() == ncclSuccess);
  REQUIRE(join(3) == ncclSuccess);
  cudaSetDevice(2);
  REQUIRE(ncclCommInitRank(&third, 3, id, 2) == ncclSuccess);
  REQUIRE(ncclGroupEnd() == ncclSuccess);
  std::string last;
  std::thread thread([&] {
    cudaSetDevice(2);
    Rank work(third, 2, 3);
    work.issue();
    last = work.results();
  });
  cudaSetDevice(0);
  {
    Rank work(comm, 0, 3);
    work.issue();
    CHECK(work.results() == want[0]);
  }
  thread.join();
  CHECK(last == want[2]);
  CHECK(ncclCommDestroy(comm) == ncclSuccess);
  CHECK(ncclCommDestroy(third) == ncclSuccess);
  const ProgramResult result = others[0]->wait();
  CHECK(result.exit_code == 0);
  CHECK(result.out == "joined 0\n" + want[1] + "\n");
}

TEST_CASE_METHOD(Fixture, "a process that ends in the middle is found at once") {
  const auto begin = std::chrono::steady_clock::now();
  start(2, 1, 1, "die");
  REQUIRE(join(2) == ncclSuccess);
  {
    Rank work(comm, 0, 2);
    work.issue();
    (void)work.results();
  }
  CHECK(error_of_one_more_call() == ncclRemoteError);
  CHECK_THAT(log.last(), Contains("the process of rank 1") && Contains("has ended"));
  CHECK_THAT(std::string(ncclGetLastError(comm)), Contains("has ended"));
  CHECK(ncclCommAbort(comm) == ncclSuccess);
  CHECK(others[0]->wait().exit_code == 5);
  CHECK(seconds_since(begin) < 10);
}

TEST_CASE_METHOD(Fixture, "a process that is stopped is found when the time is over") {
  setenv("CUDA_EMULATION_NCCL_TIMEOUT", "1", 1);
  start(2, 1, 1, "stop");
  REQUIRE(join(2) == ncclSuccess);
  const auto begin = std::chrono::steady_clock::now();
  {
    Rank work(comm, 0, 2);
    work.issue();
    (void)work.results();
  }
  CHECK(error_of_one_more_call() == ncclRemoteError);
  CHECK_THAT(log.last(), Contains("waits for rank 1, which made no such call within 1 s"));
  CHECK(ncclCommAbort(comm) == ncclSuccess);
  CHECK(seconds_since(begin) < 10);
}

TEST_CASE_METHOD(Fixture, "an aborted rank, and one that has left, fail the others") {
  for (const char* deed : {"abort", "work"}) {
    CAPTURE(deed);
    others.clear();
    REQUIRE(ncclGetUniqueId(&id) == ncclSuccess);
    start(2, 1, 1, deed);
    REQUIRE(join(2) == ncclSuccess);
    {
      Rank work(comm, 0, 2);
      work.issue();
      (void)work.results();
    }
    CHECK(error_of_one_more_call() == ncclRemoteError);
    const std::string text = ncclGetLastError(comm);
    CHECK_THAT(text, deed[0] == 'a' ? Contains("rank 1 was aborted")
                                    : Contains("made no such call before it left"));
    CHECK(ncclCommAbort(comm) == ncclSuccess);
    CHECK(others[0]->wait().exit_code == 0);
  }
}

TEST_CASE_METHOD(Fixture, "two ranks on one GPU are refused, whatever its number in the process") {
  start(2, 1, 1, "work", {"CUDA_VISIBLE_DEVICES=2,0"});
  CHECK(join(2) == ncclInvalidUsage);
  CHECK_THAT(log.last(), Contains("two ranks on one GPU, GPU-63756461") && Contains(": 0 and 1"));
  CHECK(others[0]->wait().out == "joined 5\n");

  others.clear();
  REQUIRE(ncclGetUniqueId(&id) == ncclSuccess);
  start(2, 1, 0, "work", {"CUDA_VISIBLE_DEVICES=2,0"});  // another GPU, though the same number
  REQUIRE(join(2) == ncclSuccess);
  {
    Rank work(comm, 0, 2);
    work.issue();
    (void)work.results();
  }
  CHECK(ncclCommDestroy(comm) == ncclSuccess);
  CHECK(others[0]->wait().exit_code == 0);
}

TEST_CASE_METHOD(Fixture, "ranks that do not agree, are double or come too late are refused") {
  start(3, 1, 1, "work");
  CHECK(join(2) == ncclInvalidUsage);
  CHECK_THAT(log.last(), Contains("the ranks do not agree on their number: 2 and 3"));
  CHECK(others[0]->wait().out == "joined 5\n");
  start(2, 1, 1, "work");  // with the same id
  CHECK(others[1]->wait().exit_code == 4);

  REQUIRE(ncclGetUniqueId(&id) == ncclSuccess);
  start(2, 0, 1, "work");
  CHECK(join(2) == ncclInvalidUsage);
  CHECK_THAT(log.last(), Contains("rank 0 exists already"));
  CHECK(others[2]->wait().out == "joined 5\n");
}

TEST_CASE("devices have the uuid of the machine's, in whichever order they are visible") {
  cudaDeviceProp first, second;
  REQUIRE(cudaGetDeviceProperties(&first, 0) == cudaSuccess);
  REQUIRE(cudaGetDeviceProperties(&second, 1) == cudaSuccess);
  CHECK(std::memcmp(&first.uuid, &second.uuid, sizeof first.uuid) != 0);
}
