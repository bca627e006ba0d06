// SPDX-License-Identifier: Apache-2.0
#include "libraries/nccl/bridge.h"

#include "libraries/nccl/clique.h"
#include "libraries/nccl/packet.h"
#include "runtime/stream.h"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

namespace cuda_emulation::nccl {
namespace {

using Type = Message::Type;

constexpr std::chrono::seconds kLastWords{2};  // how long what is left may take to be sent

// Signals are for the program's own threads.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_;
};

Descriptor new_bell() { return Descriptor(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)); }

}  // namespace

Bridge::Bridge(Clique& clique, Descriptor listener)
    : clique_(clique), is_maker_(true), listener_(std::move(listener)), bell_(new_bell()) {}

Bridge::Bridge(Clique& clique, Descriptor maker, std::string own_name)
    : clique_(clique),
      is_maker_(false),
      listener_(listen_at(own_name)),
      bell_(new_bell()),
      own_name_(std::move(own_name)) {
  add_peer(std::move(maker));
}

void Bridge::start() {
  const SignalsBlocked blocked;
  std::thread([self = shared_from_this()] { self->run(); }).detach();
}

void Bridge::close() {
  stop_ = true;
  wake();
  std::unique_lock<std::mutex> lock(mutex_);
  if (thread_ == std::this_thread::get_id()) return;
  finished_changed_.wait(lock, [this] { return finished_; });
}

void Bridge::joined(int rank, const std::string& device) {
  if (!is_maker_) {
    PacketWriter packet;
    packet.put(int32_t{rank}).put(int32_t{clique_.ranks()}).put(device).put(own_name_);
    peers().front()->channel.send(packet.as(Type::Join));
  }
  wake();
}

void Bridge::came(const Call& call, uint64_t number) {
  PacketWriter packet;
  packet.put(call).put(number);
  const size_t bytes = send_bytes(call, clique_.ranks());
  if (is_point_to_point(call)) {
    Peer* peer = peer_of(call.peer);
    if (peer != nullptr) peer->channel.send(packet.put_bytes(call.send, bytes).as(Type::Call));
  } else {
    send_to_all(packet.put_bytes(call.send, bytes).as(Type::Call));
  }
  wake();
}

void Bridge::left(int rank) {
  PacketWriter packet;
  send_to_all(packet.put(int32_t{rank}).as(Type::Left));
  wake();
}

void Bridge::failed(ncclResult_t result, const std::string& message) {
  PacketWriter packet;
  send_to_all(packet.put(result).put(message).as(Type::Failed));
  wake();
}

void Bridge::run() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    thread_ = std::this_thread::get_id();
  }
  while (!stop_) {
    wait(-1);
    if (stop_) break;
    accept_all();
    read_all();
    if (!settled_ && !stop_) is_maker_ ? settle_as_maker() : settle_as_other();
  }
  drain();
  const std::lock_guard<std::mutex> lock(mutex_);
  finished_ = true;
  finished_changed_.notify_all();
}

// Once all ranks have joined here, the others are told of one another.
void Bridge::settle_as_maker() {
  if (!clique_.everyone_joined()) return;
  settled_ = true;
  listener_ = Descriptor();
  const std::vector<std::string> devices = clique_.devices();
  PacketWriter packet;
  packet.put(static_cast<int32_t>(devices.size()));
  for (int rank = 0; rank < clique_.ranks(); rank++) {
    const Peer* peer = peer_of(rank);
    packet.put(devices[static_cast<size_t>(rank)])
        .put(peer != nullptr ? peer->name : std::string());
  }
  const Message table = packet.as(Type::Table);
  for (Peer* peer : peers()) {
    if (!peer->ranks.empty()) peer->channel.send(table);
  }
  clique_.settle();
}

// Of two processes the one whose name comes later connects to the other. Settled when all are
// there.
void Bridge::settle_as_other() {
  if (table_.empty()) return;
  for (const Entry& entry : table_) {
    if (entry.name != own_name_ && peer_of(entry.rank) == nullptr) return;
  }
  settled_ = true;
  listener_ = Descriptor();
  clique_.settle();
}

void Bridge::wait(int milliseconds) {
  std::vector<pollfd> sockets{{bell_.get(), POLLIN, 0}};
  if (listener_) sockets.push_back({listener_.get(), POLLIN, 0});
  for (Peer* peer : peers()) {
    if (peer->lost) continue;
    const short events = peer->channel.has_to_send() ? POLLIN | POLLOUT : POLLIN;
    sockets.push_back({peer->channel.descriptor(), events, 0});
  }
  (void)::poll(sockets.data(), sockets.size(), milliseconds);
  uint64_t rings = 0;
  (void)!::read(bell_.get(), &rings, sizeof rings);
}

void Bridge::accept_all() {
  while (listener_) {
    Descriptor socket = accept_from(listener_);
    if (!socket) return;
    add_peer(std::move(socket));
  }
}

void Bridge::read_all() {
  bool heard = false;
  for (Peer* peer : peers()) {
    if (peer->lost) continue;
    peer->channel.flush();
    for (const Message& message : peer->channel.receive()) {
      handle(*peer, message);
      heard = true;
    }
    if (!peer->channel.closed()) continue;
    lose(*peer);
    heard = true;
  }
  if (heard) gates_changed();
}

void Bridge::handle(Peer& peer, const Message& message) {
  PacketReader packet(message.body);
  switch (message.type) {
    case Type::Join:
      return take_join(peer, message);
    case Type::Table:
      return take_table(message);
    case Type::Hello: {
      const std::string name = packet.take_text();
      const std::lock_guard<std::mutex> lock(mutex_);
      peer.name = name;
      return;
    }
    case Type::Call:
      return take_call(message);
    case Type::Left:
      return clique_.leave_remote(packet.take<int32_t>());
    case Type::Failed: {
      const auto result = packet.take<ncclResult_t>();
      return clique_.fail_remote(result, packet.take_text());
    }
  }
}

void Bridge::take_join(Peer& peer, const Message& message) {
  PacketReader packet(message.body);
  const auto rank = packet.take<int32_t>(), ranks = packet.take<int32_t>();
  const std::string device = packet.take_text(), name = packet.take_text();
  if (!packet.ok() || rank < 0) return;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    peer.name = name;
    peer.ranks.push_back(rank);
  }
  clique_.join_remote(rank, ranks, device);
}

void Bridge::take_table(const Message& message) {
  PacketReader packet(message.body);
  const auto ranks = packet.take<int32_t>();
  std::vector<Entry> table;
  for (int rank = 0; rank < ranks && packet.ok(); rank++) {
    std::string device = packet.take_text();
    table.push_back({rank, std::move(device), packet.take_text()});
  }
  Peer& maker = *peers().front();
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    table_ = table;
    for (const Entry& entry : table)
      if (entry.name.empty()) maker.ranks.push_back(entry.rank);
  }
  for (const Entry& entry : table) {
    if (entry.name == own_name_) continue;
    clique_.join_remote(entry.rank, ranks, entry.device);
    if (entry.name.empty() || entry.name > own_name_ || peer_of(entry.rank) != nullptr) continue;
    Peer& peer = add_peer(connect_to(entry.name));
    PacketWriter hello;
    peer.channel.send(hello.put(own_name_).as(Type::Hello));
    peer.channel.flush();
    const std::lock_guard<std::mutex> lock(mutex_);
    peer.name = entry.name;
  }
}

void Bridge::take_call(const Message& message) {
  PacketReader packet(message.body);
  Call call = packet.take<Call>();
  const auto number = packet.take<uint64_t>();
  call.send = nullptr;
  call.receive = nullptr;
  call.caller = nullptr;
  if (packet.ok()) clique_.arrive_remote(number, call, packet.rest());
}

// One that has never said who it is was none of ours.
void Bridge::lose(Peer& peer) {
  peer.lost = true;
  const bool is_known = !peer.name.empty() || (!is_maker_ && &peer == peers().front());
  if (is_known) clique_.lose(ranks_of(peer), peer.channel.process());
}

std::vector<int> Bridge::ranks_of(const Peer& peer) {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::vector<int> ranks = peer.ranks;
  for (const Entry& entry : table_)
    if (!entry.name.empty() && entry.name == peer.name) ranks.push_back(entry.rank);
  return ranks;
}

// What others still send is read, so that they can read as well.
void Bridge::drain() {
  const auto end = std::chrono::steady_clock::now() + kLastWords;
  const auto unsent = [&] {
    const std::vector<Peer*> all = peers();
    return std::any_of(all.begin(), all.end(), [](Peer* peer) {
      return !peer->lost && !peer->channel.closed() && peer->channel.has_to_send();
    });
  };
  for (;;) {
    for (Peer* peer : peers()) {
      peer->channel.flush();
      (void)peer->channel.receive();
    }
    if (!unsent() || std::chrono::steady_clock::now() > end) return;
    wait(10);
  }
}

std::vector<Bridge::Peer*> Bridge::peers() {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::vector<Peer*> all;
  for (const auto& peer : peers_) all.push_back(peer.get());
  return all;
}

Bridge::Peer& Bridge::add_peer(Descriptor socket) {
  const std::lock_guard<std::mutex> lock(mutex_);
  peers_.push_back(std::make_unique<Peer>(std::move(socket)));
  return *peers_.back();
}

// Null: the rank is of this process, or not known yet.
Bridge::Peer* Bridge::peer_of(int rank) {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const auto& peer : peers_) {
    if (std::find(peer->ranks.begin(), peer->ranks.end(), rank) != peer->ranks.end())
      return peer.get();
    for (const Entry& entry : table_)
      if (entry.rank == rank && !entry.name.empty() && entry.name == peer->name) return peer.get();
  }
  return nullptr;
}

void Bridge::send_to_all(const Message& message) {
  for (Peer* peer : peers()) peer->channel.send(message);
}

void Bridge::wake() const {
  const uint64_t one = 1;
  (void)!::write(bell_.get(), &one, sizeof one);
}

}  // namespace cuda_emulation::nccl
