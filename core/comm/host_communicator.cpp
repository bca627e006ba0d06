// SPDX-License-Identifier: Apache-2.0
#include "comm/host_communicator.h"

#include <fovea/core/error.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <utility>

namespace fovea {
namespace {

constexpr const char* kSendReceive = "send-receive";  // of both sides

std::span<std::byte> bytes_of(const Tensor& tensor) {
  return {static_cast<std::byte*>(tensor.raw()), tensor.bytes()};
}

void check_on_host(const Tensor& tensor, const char* operation) {
  if (tensor.device().is_cpu()) return;
  throw ArgumentError(std::string(operation) + " between host ranks of a tensor on " +
                      tensor.device().to_string());
}

void check_times(const Tensor& all, const Tensor& mine, int size, const char* operation) {
  check_on_host(all, operation);
  check_on_host(mine, operation);
  if (all.bytes() == mine.bytes() * static_cast<size_t>(size) && all.dtype() == mine.dtype())
    return;
  throw ArgumentError(std::string(operation) + " of " + std::to_string(size) + " ranks with " +
                      mine.shape().to_string() + " for each and " + all.shape().to_string() +
                      " in all");
}

}  // namespace

HostCommunicator::HostCommunicator(std::unique_ptr<PeerLink> link) : link_(std::move(link)) {
  const auto ranks = static_cast<size_t>(size());
  sends_.reserve(ranks);
  receives_.reserve(ranks);
  pieces_.resize(ranks);
}

void HostCommunicator::all_reduce(Context&, const Tensor& values) {
  check_on_host(values, "all-reduce");
  const std::span<float> all = values.span<float>();
  const int64_t n = values.elements();
  const auto floats = [&](int rank) { return Piece{n * rank / size(), n * (rank + 1) / size()}; };
  const auto bytes = [&](int rank) {
    const auto [begin, end] = floats(rank);
    constexpr int64_t kSize = sizeof(float);
    return Piece{begin * kSize, end * kSize};
  };
  const auto [begin, end] = floats(rank());
  const auto mine = all.subspan(static_cast<size_t>(begin), static_cast<size_t>(end - begin));
  reduce_piece(all, mine, floats, "all-reduce");
  share_pieces(bytes_of(values), bytes, "all-reduce");
  sent_ += all_reduce_traffic(static_cast<int64_t>(values.bytes()), size());
}

void HostCommunicator::all_gather(Context&, const Tensor& mine, const Tensor& all) {
  check_times(all, mine, size(), "all-gather");
  const auto n = static_cast<int64_t>(mine.bytes());
  const auto piece = [n](int rank) { return Piece{n * rank, n * (rank + 1)}; };
  std::byte* const place = bytes_of(all).data() + n * rank();
  if (n > 0 && place != mine.raw()) std::memmove(place, mine.raw(), mine.bytes());
  share_pieces(bytes_of(all), piece, "all-gather");
  sent_ += gather_traffic(static_cast<int64_t>(all.bytes()), size());
}

void HostCommunicator::reduce_scatter(Context&, const Tensor& all, const Tensor& mine) {
  check_times(all, mine, size(), "reduce-scatter");
  const int64_t n = mine.elements();
  const auto piece = [n](int rank) { return Piece{n * rank, n * (rank + 1)}; };
  reduce_piece(all.span<float>(), mine.span<float>(), piece, "reduce-scatter");
  sent_ += gather_traffic(static_cast<int64_t>(all.bytes()), size());
}

void HostCommunicator::broadcast(Context&, const Tensor& values, int root) {
  check_on_host(values, "broadcast");
  check_peer(root, "broadcast");
  begin();
  if (rank() == root) {
    for (int peer = 0; peer < size(); peer++) send_to(peer, bytes_of(values));
    sent_ += static_cast<int64_t>(values.bytes());
  } else {
    receive_from(root, bytes_of(values));
  }
  transfer("broadcast");
}

void HostCommunicator::send(Context&, const Tensor& values, int to) {
  check_on_host(values, "send");
  check_peer(to, "send");
  begin();
  send_to(to, bytes_of(values));
  transfer(kSendReceive);
  sent_ += static_cast<int64_t>(values.bytes());
}

void HostCommunicator::receive(Context&, const Tensor& values, int from) {
  check_on_host(values, "receive");
  check_peer(from, "receive");
  begin();
  receive_from(from, bytes_of(values));
  transfer(kSendReceive);
}

void HostCommunicator::exchange(Context&, int peer, const Tensor& mine, const Tensor& theirs) {
  check_on_host(mine, "exchange");
  check_on_host(theirs, "exchange");
  check_peer(peer, "exchange");
  begin();
  send_to(peer, bytes_of(mine));
  receive_from(peer, bytes_of(theirs));
  transfer("exchange");
  sent_ += static_cast<int64_t>(mine.bytes());
}

void HostCommunicator::barrier(Context&) {
  const std::byte here{1};
  std::byte there{};  // of all others: what it is does not matter
  begin();
  if (rank() == 0) {  // gets to know that all have come, and tells them
    for (int peer = 1; peer < size(); peer++) receive_from(peer, {&there, 1});
    transfer("barrier");
    begin();
    for (int peer = 1; peer < size(); peer++) send_to(peer, {&here, 1});
  } else {
    send_to(0, {&here, 1});
    transfer("barrier");
    begin();
    receive_from(0, {&there, 1});
  }
  transfer("barrier");
}

void HostCommunicator::wait(const Event& event) {
  if (link_->is_aborted())
    throw DeviceError(rank_message(rank(), "waiting for the others", kAnotherFailed));
  event.synchronize();
}

void HostCommunicator::check_peer(int peer, const char* operation) const {
  if (peer >= 0 && peer < size()) return;
  throw ArgumentError(std::string(operation) + ": there is no rank " + std::to_string(peer) +
                      " of " + std::to_string(size()));
}

template <class PieceOf>
void HostCommunicator::reduce_piece(std::span<float> values, std::span<float> sum,
                                    const PieceOf& piece_of, const char* operation) {
  const auto part = [&](int of) {
    const auto [begin, end] = piece_of(of);
    return values.subspan(static_cast<size_t>(begin), static_cast<size_t>(end - begin));
  };
  const std::span<float> mine = part(rank());
  const size_t n = mine.size();
  const auto others = static_cast<size_t>(size() - 1);
  if (received_.size() < n * others) received_.resize(n * others);
  begin();
  float* next = received_.data();
  for (int peer = 0; peer < size(); peer++) {
    if (peer == rank()) {
      pieces_[static_cast<size_t>(peer)] = mine.data();
      continue;
    }
    pieces_[static_cast<size_t>(peer)] = next;
    send_to(peer, std::as_bytes(part(peer)));
    receive_from(peer, std::as_writable_bytes(std::span(next, n)));
    next += n;
  }
  transfer(operation);
  add_pieces(sum);
}

// Block by block, so that a sum may take the place of one of the pieces.
void HostCommunicator::add_pieces(std::span<float> sum) {
  constexpr size_t kBlock = 1024;
  std::array<float, kBlock> block;
  for (size_t at = 0; at < sum.size(); at += kBlock) {
    const size_t n = std::min(kBlock, sum.size() - at);
    std::copy_n(pieces_[0] + at, n, block.data());
    for (size_t r = 1; r < pieces_.size(); r++) {
      const float* piece = pieces_[r] + at;
      for (size_t i = 0; i < n; i++) block[i] += piece[i];
    }
    std::copy_n(block.data(), n, sum.data() + at);
  }
}

template <class PieceOf>
void HostCommunicator::share_pieces(Bytes bytes, const PieceOf& piece_of, const char* operation) {
  const auto part = [&](int of) {
    const auto [begin, end] = piece_of(of);
    return bytes.subspan(static_cast<size_t>(begin), static_cast<size_t>(end - begin));
  };
  begin();
  for (int peer = 0; peer < size(); peer++) {
    send_to(peer, part(rank()));
    receive_from(peer, part(peer));
  }
  transfer(operation);
}

void HostCommunicator::begin() {
  sends_.clear();
  receives_.clear();
}

void HostCommunicator::send_to(int peer, std::span<const std::byte> bytes) {
  if (peer != rank() && !bytes.empty()) sends_.push_back({peer, bytes});
}

void HostCommunicator::receive_from(int peer, Bytes bytes) {
  if (peer != rank() && !bytes.empty()) receives_.push_back({peer, bytes});
}

}  // namespace fovea
