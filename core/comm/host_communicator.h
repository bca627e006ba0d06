// SPDX-License-Identifier: Apache-2.0
// Collectives between ranks on the host, over whatever carries bytes between two of them: the same
// bits over every link.
//
// An all-reduce cuts the values into as many pieces as there are ranks; each rank gets its piece
// from all, adds them in ascending order, and gives the sum to all. So a rank sends 2 (n - 1) / n
// of the values, the least that is possible, in two rounds.
#pragma once

#include "comm/peer_link.h"

#include <fovea/core/comm/communicator.h>

#include <atomic>
#include <memory>
#include <vector>

namespace fovea {

class FOVEA_LOCAL HostCommunicator final : public Communicator {
 public:
  explicit HostCommunicator(std::unique_ptr<PeerLink> link);

  int rank() const override { return link_->rank(); }
  int size() const override { return link_->size(); }

  void all_reduce(Context& ctx, const Tensor& values) override;
  void all_gather(Context& ctx, const Tensor& mine, const Tensor& all) override;
  void reduce_scatter(Context& ctx, const Tensor& all, const Tensor& mine) override;
  void broadcast(Context& ctx, const Tensor& values, int root) override;
  void send(Context& ctx, const Tensor& values, int to) override;
  void receive(Context& ctx, const Tensor& values, int from) override;
  void exchange(Context& ctx, int peer, const Tensor& mine, const Tensor& theirs) override;
  void barrier(Context& ctx) override;
  void wait(const Event& event) override;
  using Communicator::wait;
  void abort() noexcept override { link_->abort(); }
  int64_t bytes_sent() const override { return sent_; }

 private:
  // [begin, end) of what belongs to a rank.
  struct Piece {
    int64_t begin, end;
  };
  using Bytes = std::span<std::byte>;

  void check_peer(int peer, const char* operation) const;
  void add_pieces(std::span<float> sum);  // pieces_
  // Receives this rank's piece of all, of `values`, and adds it up into `sum`.
  template <class PieceOf>
  void reduce_piece(std::span<float> values, std::span<float> sum, const PieceOf& piece_of,
                    const char* operation);
  // Gives this rank's piece of `bytes` to all, and gets theirs.
  template <class PieceOf>
  void share_pieces(Bytes bytes, const PieceOf& piece_of, const char* operation);
  void begin();
  void send_to(int peer, std::span<const std::byte> bytes);
  void receive_from(int peer, Bytes bytes);
  void transfer(const char* operation) { link_->transfer(sends_, receives_, operation); }

  std::unique_ptr<PeerLink> link_;
  std::vector<PeerLink::Send> sends_;
  std::vector<PeerLink::Receive> receives_;
  std::vector<float> received_;       // grows to the largest sum
  std::vector<const float*> pieces_;  // of all ranks, to be added
  std::atomic<int64_t> sent_{0};
};

}  // namespace fovea
