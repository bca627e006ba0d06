// SPDX-License-Identifier: Apache-2.0
// nccl_rank ID RANKS RANK DEVICE DEED: a rank in a process of its own. Prints the result of joining
// and, after DEED "work", a hash of what it has got.
#include "nccl_rank.h"

#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>

int main(int count, char** arguments) {
  if (count != 6) return 2;
  const int ranks = std::atoi(arguments[2]), rank = std::atoi(arguments[3]);
  const std::string deed = arguments[5];
  if (cudaSetDevice(std::atoi(arguments[4])) != cudaSuccess) return 3;
  ncclComm_t comm = nullptr;
  const ncclResult_t joined = ncclCommInitRank(&comm, ranks, rank_work::id_of(arguments[1]), rank);
  std::cout << "joined " << joined << std::endl;
  if (joined != ncclSuccess) return 4;
  {
    rank_work::Rank work(comm, rank, ranks);
    work.issue();
    std::cout << work.results() << std::endl;
  }
  if (deed == "die") _exit(5);
  if (deed == "stop") raise(SIGSTOP);
  if (deed == "abort") return ncclCommAbort(comm) == ncclSuccess ? 0 : 6;
  return ncclCommDestroy(comm) == ncclSuccess ? 0 : 7;
}
