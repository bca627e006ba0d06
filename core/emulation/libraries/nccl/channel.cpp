// SPDX-License-Identifier: Apache-2.0
#include "libraries/nccl/channel.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <utility>

namespace cuda_emulation::nccl {
namespace {

struct Header {
  Message::Type type;
  uint32_t magic;
  uint64_t bytes;
};
constexpr uint32_t kMagic = 0x4c43434e;
constexpr size_t kMostAtOnce = size_t{1} << 20;

Descriptor new_socket() {
  return Descriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

struct Address {
  sockaddr_un address{};
  socklen_t length = 0;

  explicit Address(const std::string& name) {
    address.sun_family = AF_UNIX;  // sun_path[0] stays 0: an abstract name
    const size_t size = std::min(name.size(), sizeof address.sun_path - 1);
    std::memcpy(address.sun_path + 1, name.data(), size);
    length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + size);
  }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&address); }
};

ucred credentials(int socket) {
  ucred who{};
  socklen_t size = sizeof who;
  (void)::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &who, &size);
  return who;
}

}  // namespace

Descriptor::~Descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

Descriptor listen_at(const std::string& name) {
  Descriptor listener = new_socket();
  const Address at(name);
  if (!listener || ::bind(listener.get(), at.get(), at.length) != 0 ||
      ::listen(listener.get(), 64) != 0)
    return Descriptor();
  return listener;
}

Descriptor connect_to(const std::string& name) {
  Descriptor socket = new_socket();
  const Address at(name);
  if (!socket || ::connect(socket.get(), at.get(), at.length) != 0) return Descriptor();
  return socket;
}

Descriptor accept_from(const Descriptor& listener) {
  Descriptor socket(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (socket && credentials(socket.get()).uid != ::getuid()) return Descriptor();
  return socket;
}

int64_t Channel::process() const { return credentials(socket_.get()).pid; }

void Channel::send(const Message& message) {
  const Header header{message.type, kMagic, message.body.size()};
  Bytes whole(sizeof header + message.body.size());
  std::memcpy(whole.data(), &header, sizeof header);
  if (!message.body.empty())
    std::memcpy(whole.data() + sizeof header, message.body.data(), message.body.size());
  const std::lock_guard<std::mutex> lock(mutex_);
  outgoing_.push_back(std::move(whole));
}

bool Channel::has_to_send() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return !closed_ && !outgoing_.empty();
}

void Channel::flush() {
  const std::lock_guard<std::mutex> lock(mutex_);
  while (!closed_ && !outgoing_.empty()) {
    const Bytes& first = outgoing_.front();
    const ssize_t count =
        ::send(socket_.get(), first.data() + sent_, first.size() - sent_, MSG_NOSIGNAL);
    if (count < 0) {
      if (errno == EINTR) continue;
      if (errno != EAGAIN && errno != EWOULDBLOCK) outgoing_.clear(), sent_ = 0;  // nobody reads
      return;
    }
    sent_ += static_cast<size_t>(count);
    if (sent_ < first.size()) continue;
    outgoing_.pop_front();
    sent_ = 0;
  }
}

std::vector<Message> Channel::receive() {
  while (!closed_) {
    const size_t have = incoming_.size();
    incoming_.resize(have + kMostAtOnce);
    const ssize_t count = ::recv(socket_.get(), incoming_.data() + have, kMostAtOnce, 0);
    incoming_.resize(have + static_cast<size_t>(count > 0 ? count : 0));
    if (count > 0) continue;
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
    const std::lock_guard<std::mutex> lock(mutex_);
    closed_ = true;
  }
  std::vector<Message> messages;
  size_t at = 0;
  Header header;
  while (incoming_.size() - at >= sizeof header) {
    std::memcpy(&header, incoming_.data() + at, sizeof header);
    if (header.magic != kMagic) {  // not one of us
      const std::lock_guard<std::mutex> lock(mutex_);
      closed_ = true;
      break;
    }
    if (incoming_.size() - at - sizeof header < header.bytes) break;
    const auto begin = incoming_.begin() + static_cast<std::ptrdiff_t>(at + sizeof header);
    messages.push_back(
        {header.type, Bytes(begin, begin + static_cast<std::ptrdiff_t>(header.bytes))});
    at += sizeof header + header.bytes;
  }
  incoming_.erase(incoming_.begin(), incoming_.begin() + static_cast<std::ptrdiff_t>(at));
  return messages;
}

}  // namespace cuda_emulation::nccl
