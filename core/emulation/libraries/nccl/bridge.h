// SPDX-License-Identifier: Apache-2.0
// The ranks of one communicator that live in other processes of this machine. Each process is
// connected with each other one. A rank's calls are told to the others when its stream has come to
// them, with the data that it contributes; every process then performs its ranks' part of a meeting
// by itself, as if all ranks were its own, so results have the same bits.
#pragma once
#include "libraries/nccl/call.h"
#include "libraries/nccl/channel.h"

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace cuda_emulation::nccl {

class Clique;

// The clique calls it with its lock held, and closes it at its end. A thread of the bridge's own
// waits for the sockets and tells the clique, without holding the bridge's lock.
class Bridge : public std::enable_shared_from_this<Bridge> {
 public:
  // In the process that has made the unique id: others will connect to `listener`.
  Bridge(Clique& clique, Descriptor listener);
  // In another one, which has connected to the maker; `own_name` is free to listen at.
  Bridge(Clique& clique, Descriptor maker, std::string own_name);
  Bridge(const Bridge&) = delete;
  Bridge& operator=(const Bridge&) = delete;

  void start();
  // The clique ends. Returns when all that is left was sent, or after seconds. The thread itself
  // may be who ends it, with the last of a stream's work.
  void close();

  // A rank of this process has joined, on this device.
  void joined(int rank, const std::string& device);
  // It has come to a call: the number'th of its collectives, or of its transfers that way.
  void came(const Call& call, uint64_t number);
  void left(int rank);
  void failed(ncclResult_t result, const std::string& message);

 private:
  // Another process.
  struct Peer {
    explicit Peer(Descriptor socket) : channel(std::move(socket)) {}
    Channel channel;
    std::string name;        // where it listens; empty: not known yet
    std::vector<int> ranks;  // known when it has joined, or from the maker's table
    bool lost = false;
  };
  // What the maker tells of the others.
  struct Entry {
    int rank;
    std::string device, name;
  };

  void run();
  void settle_as_maker();
  void settle_as_other();
  void wait(int milliseconds);
  void accept_all();
  void read_all();
  void handle(Peer& peer, const Message& message);
  void take_join(Peer& peer, const Message& message);
  void take_table(const Message& message);
  void take_call(const Message& message);
  void lose(Peer& peer);
  std::vector<int> ranks_of(const Peer& peer);
  void drain();
  std::vector<Peer*> peers();
  Peer& add_peer(Descriptor socket);
  Peer* peer_of(int rank);
  void send_to_all(const Message& message);
  void wake() const;

  Clique& clique_;
  const bool is_maker_;
  Descriptor listener_, bell_;
  std::string own_name_;
  std::vector<Entry> table_;  // empty: the maker's has not come
  bool settled_ = false;
  std::atomic<bool> stop_{false};

  std::mutex mutex_;  // of what follows; channels have their own
  std::vector<std::unique_ptr<Peer>> peers_;
  std::thread::id thread_;
  bool finished_ = false;
  std::condition_variable finished_changed_;
};

}  // namespace cuda_emulation::nccl
