// SPDX-License-Identifier: Apache-2.0
#include "comm/peer_link.h"

namespace fovea {

std::string seconds_text(std::chrono::milliseconds time) {
  const auto ms = time.count();
  return ms % 1000 == 0 ? std::to_string(ms / 1000) + " s" : std::to_string(ms) + " ms";
}

std::string rank_message(int rank, const char* operation, const std::string& what) {
  return "rank " + std::to_string(rank) + ", " + operation + ": " + what;
}

std::string no_answer_from(int peer, std::chrono::milliseconds patience) {
  return "rank " + std::to_string(peer) + " has not answered for " + seconds_text(patience) +
         "; it has died, hangs, was stopped, or the network is cut";
}

}  // namespace fovea
