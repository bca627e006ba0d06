// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/comm/launch.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace fovea {
namespace {

using Environment = std::function<const char*(const char*)>;

// How a launcher names rank, size, rank and size on the host, and the host's index, if the size
// there is one of all hosts'.
struct Names {
  const char *by, *rank, *size, *local_rank, *local_size, *node = "";
};
constexpr Names kLaunchers[] = {
    {"mpirun", "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_RANK",
     "OMPI_COMM_WORLD_LOCAL_SIZE"},
    {"srun", "SLURM_PROCID", "SLURM_STEP_NUM_TASKS", "SLURM_LOCALID", "SLURM_STEP_TASKS_PER_NODE",
     "SLURM_NODEID"},
    {"mpiexec", "PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID", "MPI_LOCALNRANKS"},
};

// One number, or those of all hosts: "4(x2),3" are 4, 4 and 3.
int local_size_from(const char* text, int node) {
  char* at = nullptr;
  for (; text; text = *at == ',' ? at + 1 : nullptr) {
    const auto tasks = static_cast<int>(std::strtol(text, &at, 10));
    int nodes = 1;
    if (std::strncmp(at, "(x", 2) == 0) {
      nodes = static_cast<int>(std::strtol(at + 2, &at, 10));
      at += *at == ')';
    }
    if (node < nodes) return std::max(1, tasks);
    node -= nodes;
  }
  return 1;
}

int number_in(const Environment& environment, const char* name, int otherwise) {
  const char* text = environment(name);
  return text ? std::atoi(text) : otherwise;
}

}  // namespace

Launch find_launch() {
  return find_launch([](const char* name) { return std::getenv(name); });
}

Launch find_launch(const std::function<const char*(const char*)>& environment) {
  for (const Names& names : kLaunchers) {
    const char* text = environment(names.rank);
    const int size = number_in(environment, names.size, 1);
    if (!text || size < 2) continue;
    const int rank = std::atoi(text);
    return {rank, size, number_in(environment, names.local_rank, rank),
            local_size_from(environment(names.local_size), number_in(environment, names.node, 0)),
            names.by};
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
