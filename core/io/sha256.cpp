// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/sha256.h"

#include "core/data/error.h"

#include <openssl/evp.h>

#include <array>

namespace mnemo {
namespace {

void check(int ok)
{
    if (ok != 1)
        throw Failure(ErrorCode::Internal, "SHA-256 failed.", "Install OpenSSL again.");
}

}  // namespace

struct Sha256::State {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    ~State() { EVP_MD_CTX_free(context); }
};

Sha256::Sha256() : m_state(std::make_unique<State>())
{
    check(EVP_DigestInit_ex(m_state->context, EVP_sha256(), nullptr));
}

Sha256::~Sha256() = default;

void Sha256::add(std::span<const std::byte> bytes)
{
    check(EVP_DigestUpdate(m_state->context, bytes.data(), bytes.size()));
}

void Sha256::add(std::string_view text)
{
    add(std::as_bytes(std::span(text.data(), text.size())));
}

std::string Sha256::hex()
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    check(EVP_DigestFinal_ex(m_state->context, digest.data(), &length));
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (unsigned i = 0; i < length; ++i) {
        text += digits[digest[i] >> 4];
        text += digits[digest[i] & 15];
    }
    return text;
}

std::string sha256(std::string_view text)
{
    Sha256 hash;
    hash.add(text);
    return hash.hex();
}

}  // namespace mnemo
