// SPDX-License-Identifier: Apache-2.0
#include "check/request.h"

#include <algorithm>
#include <array>
#include <vector>

namespace cuda_emulation {
namespace {

constexpr int banks = 32, bank_bytes = 4, sector_bytes = 32;

// Of the lanes from `first` on: the most different words that any bank has to give.
int passes_of(const Request& request, int first, int count) {
  std::array<std::vector<uint64_t>, banks> words;
  for (int lane = first; lane < first + count; ++lane) {
    if (!(request.mask >> lane & 1)) continue;
    const uint64_t end = request.address[lane] + request.bytes;
    for (uint64_t word = request.address[lane] / bank_bytes; word * bank_bytes < end; ++word) {
      auto& of_bank = words[word % banks];
      if (std::find(of_bank.begin(), of_bank.end(), word) == of_bank.end()) of_bank.push_back(word);
    }
  }
  size_t most = 0;
  for (const auto& of_bank : words) most = std::max(most, of_bank.size());
  return int(most);
}

}  // namespace

int sectors(const Request& request) {
  std::vector<uint64_t> touched;
  for (int lane = 0; lane < Request::lanes; ++lane) {
    if (!(request.mask >> lane & 1)) continue;
    const uint64_t last = (request.address[lane] + request.bytes - 1) / sector_bytes;
    for (uint64_t sector = request.address[lane] / sector_bytes; sector <= last; ++sector)
      touched.push_back(sector);
  }
  std::sort(touched.begin(), touched.end());
  return int(std::unique(touched.begin(), touched.end()) - touched.begin());
}

SharedPasses shared_passes(const Request& request) {
  const int group = request.bytes <= 4 ? 32 : request.bytes <= 8 ? 16 : 8;
  SharedPasses result{0, 0};
  for (int first = 0; first < Request::lanes; first += group) {
    const int passes = passes_of(request, first, group);
    result.passes += passes;
    result.least += passes > 0;
  }
  return result;
}

}  // namespace cuda_emulation
