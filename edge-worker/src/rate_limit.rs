//! The keys by which the platform's rate limiters count requests.

use domain::{Digest, Timestamp};
use std::net::IpAddr;

/// What a request counts for. Each has limits of its own, so that one use of the service keeps
/// nobody from another: whoever reads tiles can still choose, and in a flood of choices those made
/// earlier can be withdrawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Budget {
    /// Choices, and withdrawals without a valid cookie.
    Choices,
    /// Withdrawals and erasures with a valid cookie.
    Withdrawals,
    /// Banners that were shown.
    Shown,
    /// Records, tiles that no cache has, and tokens that are wrong.
    Reading,
}

impl Budget {
    /// The key of all clients together.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Choices => "choices",
            Self::Withdrawals => "withdrawals",
            Self::Shown => "shown",
            Self::Reading => "reading",
        }
    }
}

/// The key of a client: a keyed digest of its address and the day, so that it can neither be
/// reversed nor linked across days. Only the rate limiter sees it, for a minute. Of an IPv6 address
/// only the /64 prefix counts, because one client has all of it. `None` for a loopback address,
/// which no network client has, and for a malformed one.
pub(crate) fn client_key(
    budget: Budget,
    address: &str,
    secret: &[u8; 32],
    now: Timestamp,
) -> Option<String> {
    let day = now.to_string();
    let day = day.get(..10)?;
    let Ok(address) = address.parse::<IpAddr>() else {
        return None;
    };
    let network = match address {
        _ if address.is_loopback() => return None,
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().into_iter().take(8).collect(),
    };
    let parts = [
        b"kelisim.client/2\n".as_slice(),
        secret,
        day.as_bytes(),
        budget.name().as_bytes(),
        b"\n",
        &network,
    ];
    Some(Digest::of(&parts).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_795_167_000);

    fn of(address: &str) -> Option<String> {
        client_key(Budget::Choices, address, &[1; 32], NOW)
    }

    #[test]
    fn a_client_has_one_key_a_day_and_no_address_in_it() {
        let client = of("203.0.113.7").unwrap();
        assert_eq!(of("203.0.113.7"), Some(client.clone()));
        assert_ne!(of("203.0.113.8"), Some(client.clone()));
        let tomorrow = NOW.plus_days(1);
        for (budget, secret, now) in [
            (Budget::Choices, [1; 32], tomorrow),
            (Budget::Choices, [2; 32], NOW),
            (Budget::Withdrawals, [1; 32], NOW),
            (Budget::Reading, [1; 32], NOW),
        ] {
            let other = client_key(budget, "203.0.113.7", &secret, now);
            assert_ne!(other, Some(client.clone()), "{budget:?} {now}");
        }
        assert_eq!(client.len(), 64);
    }

    #[test]
    fn all_addresses_of_one_network_are_one_client() {
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::2"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
    }

    #[test]
    fn what_comes_from_no_network_has_no_key() {
        for address in ["127.0.0.1", "::1", "", "localhost", "203.0.113.7:80"] {
            assert_eq!(of(address), None, "{address}");
        }
    }
}
