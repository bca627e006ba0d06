// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/comm/launch.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace fovea {
namespace {

// How a launcher names rank, size and the rank on its host.
struct Names {
  const char *by, *rank, *size, *local_rank, *local_size;
};
constexpr Names kLaunchers[] = {
    {"mpirun", "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_RANK",
     "OMPI_COMM_WORLD_LOCAL_SIZE"},
    {"srun", "SLURM_PROCID", "SLURM_STEP_NUM_TASKS", "SLURM_LOCALID", "SLURM_NTASKS_PER_NODE"},
    {"mpiexec", "PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID", "MPI_LOCALNRANKS"},
};

}  // namespace

Launch find_launch() {
  return find_launch([](const char* name) { return std::getenv(name); });
}

Launch find_launch(const std::function<const char*(const char*)>& environment) {
  for (const Names& names : kLaunchers) {
    const char *rank = environment(names.rank), *size = environment(names.size);
    if (!rank || !size || std::atoi(size) < 2) continue;
    const char *local_rank = environment(names.local_rank),
               *local_size = environment(names.local_size);
    return {std::atoi(rank), std::atoi(size), std::atoi(local_rank ? local_rank : rank),
            std::max(1, local_size ? std::atoi(local_size) : 1), names.by};
  }
  return {};
}

std::vector<std::string> gather_text(Communicator& ranks, const std::string& text) {
  Context host({.threads = 1});
  const int64_t size = ranks.size();
  const auto length = static_cast<int32_t>(text.size());
  const Tensor lengths({size}, DType::i32);
  ranks.all_gather(host, Tensor::from<int32_t>({1}, {length}), lengths);
  int64_t longest = 1;
  for (const int32_t other : lengths.span<int32_t>()) longest = std::max<int64_t>(longest, other);
  const Tensor mine({longest}, DType::u8), all({size * longest}, DType::u8);
  std::memcpy(mine.raw(), text.data(), text.size());
  ranks.all_gather(host, mine, all);
  std::vector<std::string> texts;
  for (int64_t rank = 0; rank < size; rank++) {
    const char* begin = static_cast<const char*>(all.raw()) + rank * longest;
    texts.emplace_back(begin, static_cast<size_t>(lengths.data<int32_t>()[rank]));
  }
  return texts;
}

}  // namespace fovea
