// SPDX-License-Identifier: Apache-2.0
//
// See association.h. Section numbers are those of RFC 9260.
#include "tests/cluster/agnhost/association.h"

#include <algorithm>
#include <utility>

namespace portcullis::agnhost {
namespace {

using net::Chunk;
using net::ChunkType;

/// Messages that wait on either side. A full box takes no new DATA, which the peer then repeats.
constexpr size_t kBox = 16;
/// What is longer is cut: a packet must fit any path, as fragments are not supported.
constexpr size_t kLongestMessage = 1024;

/// Whether TSN `a` is `b` or after it, by serial number arithmetic (1.6).
bool AtOrAfter(uint32_t a, uint32_t b) {
  return a - b < 1U << 31;
}

}  // namespace

Association::Association(Ports ports, EndPoint local, Patience patience, State state)
    : ports_(ports),
      local_(local),
      patience_(patience),
      state_(state),
      sent_tsn_(local.first_tsn - 1) {}

Association Association::Connect(Ports ports, EndPoint local, Patience patience, TimePoint now) {
  Association out(ports, local, patience, State::kCookieWait);
  out.EmitUntilAnswered(net::ToChunk(net::Init{local.tag, local.first_tsn, {}}), 0, now);
  return out;
}

Association Association::Accept(Ports ports, EndPoint local, EndPoint peer, Patience patience) {
  Association out(ports, local, patience, State::kEstablished);
  out.peer_tag_ = peer.tag;
  out.received_tsn_ = peer.first_tsn - 1;
  out.AcknowledgeCookie();
  return out;
}

void Association::Receive(const net::SctpPacket& packet, TimePoint now) {
  for (const Chunk& chunk : packet.chunks) {
    if (!Over() && TagFits(packet, chunk)) {
      ReceiveChunk(chunk, now);
    }
  }
}

bool Association::TagFits(const net::SctpPacket& packet, const Chunk& chunk) const {
  const bool ends = chunk.type == ChunkType::kAbort || chunk.type == ChunkType::kShutdownComplete;
  const bool reflected = ends && (chunk.flags & net::kReflectedTag) != 0;  // 8.5.1
  return packet.verification_tag == (reflected && peer_tag_ != 0 ? peer_tag_ : local_.tag);
}

void Association::ReceiveChunk(const Chunk& chunk, TimePoint now) {
  switch (chunk.type) {
    case ChunkType::kInitAck:
      return ReceiveInitAck(chunk, now);
    case ChunkType::kCookieAck:
      return ReceiveCookieAck(now);
    case ChunkType::kData:
      return ReceiveData(chunk);
    case ChunkType::kSack:
      return ReceiveSack(chunk, now);
    case ChunkType::kHeartbeat:
      return ReceiveHeartbeat(chunk);
    case ChunkType::kAbort:
      return End(State::kAborted);
    case ChunkType::kShutdown:
      return ReceiveShutdown(now);
    case ChunkType::kShutdownAck:
      return ReceiveShutdownAck();
    case ChunkType::kShutdownComplete:
      return state_ == State::kShutdownAckSent ? End(State::kClosed) : void();
    case ChunkType::kInit:
    case ChunkType::kCookieEcho:
    case ChunkType::kHeartbeatAck:
      break;  // For the server, or never asked for.
  }
}

void Association::ReceiveInitAck(const Chunk& chunk, TimePoint now) {
  const auto init = net::InitFrom(chunk);
  if (state_ != State::kCookieWait || !init) {
    return;
  }
  peer_tag_ = init->tag;
  received_tsn_ = init->first_tsn - 1;
  state_ = State::kCookieEchoed;
  EmitUntilAnswered(Chunk{ChunkType::kCookieEcho, 0, *init->cookie}, peer_tag_, now);
}

void Association::ReceiveCookieAck(TimePoint now) {
  if (state_ == State::kCookieEchoed) {
    state_ = State::kEstablished;
    unanswered_.reset();
    Proceed(now);
  }
}

/// Before COOKIE ACK the peer's DATA is left to come again: it may have overtaken it.
void Association::ReceiveData(const Chunk& chunk) {
  const auto data = net::DataFrom(chunk);
  if (!data || (state_ != State::kEstablished && state_ != State::kShutdownSent)) {
    return;
  }
  if (data->tsn == received_tsn_ + 1 && inbox_.size() < kBox && outbox_.size() < kBox) {
    ++received_tsn_;
    inbox_.push_back(data->message);
  }
  Emit(net::SackOf(received_tsn_), peer_tag_);
}

void Association::ReceiveSack(const Chunk& chunk, TimePoint now) {
  const auto tsn = net::AcknowledgedBy(chunk);
  const bool waited = unanswered_ && unanswered_->chunk.type == ChunkType::kData;
  if (tsn && waited && AtOrAfter(*tsn, sent_tsn_)) {
    unanswered_.reset();
    Proceed(now);
  }
}

void Association::ReceiveHeartbeat(const Chunk& chunk) {
  if (peer_tag_ != 0) {
    Emit(Chunk{ChunkType::kHeartbeatAck, 0, chunk.value}, peer_tag_);
  }
}

/// The peer takes no more messages (9.2): what it has not acknowledged is dropped.
void Association::ReceiveShutdown(TimePoint now) {
  if (state_ == State::kCookieWait || state_ == State::kCookieEchoed) {
    return;
  }
  state_ = State::kShutdownAckSent;
  outbox_.clear();
  EmitUntilAnswered(Chunk{ChunkType::kShutdownAck, 0, {}}, peer_tag_, now);
}

void Association::ReceiveShutdownAck() {
  if (state_ == State::kShutdownSent || state_ == State::kShutdownAckSent) {
    Emit(Chunk{ChunkType::kShutdownComplete, 0, {}}, peer_tag_);
    End(State::kClosed);
  }
}

void Association::Tick(TimePoint now) {
  if (!unanswered_ || now < unanswered_->again) {
    return;
  }
  if (patience_.tries && unanswered_->sent >= *patience_.tries) {
    return End(State::kGivenUp);
  }
  ++unanswered_->sent;
  unanswered_->again = now + patience_.resend;
  Emit(unanswered_->chunk, unanswered_->tag);
}

void Association::Send(std::string message, TimePoint now) {
  if (!Over() && !shut_down_wanted_ && state_ != State::kShutdownAckSent) {
    message.resize(std::min(message.size(), kLongestMessage));
    outbox_.push_back(std::move(message));
    Proceed(now);
  }
}

void Association::ShutDown(TimePoint now) {
  shut_down_wanted_ = true;
  Proceed(now);
}

void Association::Proceed(TimePoint now) {
  if (state_ != State::kEstablished || unanswered_) {
    return;
  }
  if (!outbox_.empty()) {
    net::Data data{++sent_tsn_, sequence_++, std::move(outbox_.front())};
    outbox_.pop_front();
    EmitUntilAnswered(net::ToChunk(data), peer_tag_, now);
  } else if (shut_down_wanted_) {
    state_ = State::kShutdownSent;
    EmitUntilAnswered(net::ShutdownOf(received_tsn_), peer_tag_, now);
  }
}

void Association::AcknowledgeCookie() {
  Emit(Chunk{ChunkType::kCookieAck, 0, {}}, peer_tag_);
}

void Association::Emit(Chunk chunk, uint32_t tag) {
  packets_.push_back(net::SctpPacket{ports_.local, ports_.peer, tag, {std::move(chunk)}});
}

void Association::EmitUntilAnswered(Chunk chunk, uint32_t tag, TimePoint now) {
  Emit(chunk, tag);
  unanswered_ = Unanswered{std::move(chunk), tag, 1, now + patience_.resend};
}

void Association::End(State state) {
  state_ = state;
  unanswered_.reset();
  outbox_.clear();
}

std::optional<TimePoint> Association::NextTick() const {
  return unanswered_ ? std::optional(unanswered_->again) : std::nullopt;
}

std::vector<net::SctpPacket> Association::TakePackets() {
  return std::exchange(packets_, {});
}

std::optional<std::string> Association::TakeMessage() {
  if (inbox_.empty()) {
    return std::nullopt;
  }
  std::string out = std::move(inbox_.front());
  inbox_.pop_front();
  return out;
}

}  // namespace portcullis::agnhost
