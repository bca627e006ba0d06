// SPDX-License-Identifier: Apache-2.0
// Messages between two processes, over a local stream socket.
#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

namespace cuda_emulation::nccl {

using Bytes = std::vector<std::byte>;

struct Message {
  enum class Type : uint32_t { Join, Table, Hello, Call, Left, Failed };
  Type type;
  Bytes body;
};

// A file descriptor, closed at the end.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  ~Descriptor();
  Descriptor(Descriptor&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  Descriptor& operator=(Descriptor&& other) noexcept;
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_;
};

// Names are of the kernel's abstract kind: nothing lies in a file system, and a name ends with the
// process. Empty where that is not to be had.
Descriptor listen_at(const std::string& name);
Descriptor connect_to(const std::string& name);
// A process that has connected; one of another user is turned away.
Descriptor accept_from(const Descriptor& listener);

// send() may be called by any thread; the rest by the one that waits for the socket, which does not
// block.
class Channel {
 public:
  explicit Channel(Descriptor socket) : socket_(std::move(socket)) {}

  int descriptor() const { return socket_.get(); }
  int64_t process() const;  // its number, on the other side

  void send(const Message& message);
  bool has_to_send() const;
  void flush();  // as much as the socket takes

  // What has arrived completely. After the other side has closed, no more: see closed().
  std::vector<Message> receive();
  bool closed() const { return closed_; }

 private:
  Descriptor socket_;
  mutable std::mutex mutex_;
  std::deque<Bytes> outgoing_;
  size_t sent_ = 0;  // of the first one
  Bytes incoming_;
  bool closed_ = false;
};

}  // namespace cuda_emulation::nccl
