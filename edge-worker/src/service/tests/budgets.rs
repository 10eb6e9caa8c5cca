//! What counts for what.

use super::exports::with_token;
use super::*;
use crate::rate_limit::Budget;

fn withdrawal(cookie: Option<String>) -> ConsentRequest<'static> {
    ConsentRequest {
        method: "DELETE".to_owned(),
        content_type: None,
        cookie,
        ..post()
    }
}

fn erasure(cookie: Option<String>) -> ConsentRequest<'static> {
    ConsentRequest {
        route: Route::Erase,
        ..withdrawal(cookie)
    }
}

fn as_post(request: ConsentRequest<'static>) -> ConsentRequest<'static> {
    ConsentRequest {
        method: "POST".to_owned(),
        ..request
    }
}

#[test]
fn whoever_floods_the_log_is_told_to_wait() {
    for (budget, requests) in [
        (
            Budget::Choices,
            vec![
                post(),
                form("/api/consent"),
                form("/api/consent/withdraw"),
                withdrawal(None),
                as_post(erasure(None)),
            ],
        ),
        (
            Budget::Reading,
            vec![
                request("GET", "/api/consent/records"),
                request("GET", "/log/tile/0/000.p/1"),
                with_token("/api/consent/export", "guess"),
                with_token("/api/consent/record?index=1", ""),
                with_token("/log/tile/entries/000", "guess"),
            ],
        ),
    ] {
        let platform = platform(accept());
        platform.client_over.set(Some(budget));
        for request in requests {
            let refused = ask(&request, &platform);
            assert_eq!(refused.status, 429, "{request:?}");
            assert_eq!(header(&refused, "Retry-After"), ["60"]);
            assert!(header(&refused, "Set-Cookie").is_empty());
        }
        assert_eq!(platform.body_reads.get(), 0);
        for path in [
            "/api/consent",
            "/api/consent/keys",
            "/privacy",
            "/log/checkpoint",
        ] {
            assert!(ask(&request("GET", path), &platform).status < 400, "{path}");
        }
        for path in [
            "/api/consent/stats",
            "/api/consent/export",
            "/log/tile/0/000.p/1",
        ] {
            let with_token = with_token(path, TOKEN);
            assert_eq!(ask(&with_token, &platform).status, 200, "{path}");
        }
    }
}

#[test]
fn a_foreign_page_uses_up_nobodys_budget() {
    let platform = platform(accept());
    let foreign = |request: ConsentRequest<'static>| ConsentRequest {
        origin: Some("https://evil.example".to_owned()),
        fetch_site: Some("cross-site".to_owned()),
        ..request
    };
    for request in [
        foreign(post()),
        foreign(form("/api/consent")),
        foreign(form("/api/consent/withdraw")),
        foreign(form("/api/consent/erase")),
        foreign(withdrawal(None)),
        foreign(request("GET", "/api/consent/records")),
        ConsentRequest {
            origin: None,
            ..foreign(request("GET", "/api/consent/records"))
        },
    ] {
        assert_eq!(ask(&request, &platform).status, 403, "{request:?}");
    }
    assert!(platform.counted.borrow().is_empty());
}

#[test]
fn in_a_flood_a_choice_made_earlier_can_be_taken_back() {
    let mut platform = platform(accept());
    let own = cookie(&ask(&post(), &platform));
    platform.client_over.set(Some(Budget::Choices));
    platform.site_over.set(Some(Budget::Choices));
    platform.body = Vec::new();
    assert_eq!(ask(&withdrawal(own.clone()), &platform).status, 200);
    platform.body = b"locale=kk".to_vec();
    let by_form = ConsentRequest {
        cookie: own.clone(),
        ..form("/api/consent/withdraw")
    };
    assert_eq!(ask(&by_form, &platform).status, 303);
    platform.body = Vec::new();
    assert_eq!(ask(&as_post(erasure(own)), &platform).status, 200);
    // A cookie that nobody signed is none.
    let forged = Some(format!("{COOKIE_NAME}=2.x"));
    assert_eq!(ask(&withdrawal(forged), &platform).status, 429);
}

#[test]
fn withdrawals_have_a_budget_all_the_same() {
    let mut platform = platform(accept());
    let own = cookie(&ask(&post(), &platform));
    platform.body = Vec::new();
    platform.client_over.set(Some(Budget::Withdrawals));
    assert_eq!(ask(&withdrawal(own.clone()), &platform).status, 429);
    platform.client_over.set(None);
    platform.site_over.set(Some(Budget::Withdrawals));
    for request in [withdrawal(own.clone()), as_post(erasure(own))] {
        assert_eq!(ask(&request, &platform).status, 503);
    }
    assert_eq!(platform.log.head().size, 2);
}

#[test]
fn over_the_sites_budget_nothing_is_logged_and_an_alarm_is_given_once_an_hour() {
    let platform = platform(accept());
    platform.site_over.set(Some(Budget::Choices));
    let at = |minutes: i64| {
        let now = Timestamp::from_seconds(NOW.seconds() + 60 * minutes);
        ask_at(&post(), &SITE, &platform, now)
    };
    for minutes in [0, 1, 59] {
        let refused = at(minutes);
        assert_eq!(refused.status, 503);
        assert_eq!(body(&refused)["code"], "site_busy");
        assert_eq!(header(&refused, "Retry-After"), ["60"]);
        assert!(header(&refused, "Set-Cookie").is_empty());
        assert_eq!(platform.floods.get(), 1);
    }
    at(60);
    assert_eq!(platform.floods.get(), 2);
    assert_eq!(platform.log.head().size, 1);
    // What is malformed never reaches the log, so it is nothing of the site's budget.
    let mut broken = platform;
    broken.body = b"{".to_vec();
    assert_eq!(ask(&post(), &broken).status, 400);
}

#[test]
fn a_shown_banner_is_counted_where_the_site_wants_it() {
    let shown = form("/api/consent/shown");
    let platform = platform("locale=ru");
    assert_eq!(ask(&shown, &platform).status, 404);
    let mut manifest = crate::fixtures::manifest();
    manifest.count_shown = true;
    let site = Site {
        manifest,
        keys: Keys::parse(KEYS).unwrap(),
        tokens: Tokens::parse(TOKEN),
        public_keys: SITE.public_keys.clone(),
        log_keys: SITE.log_keys.clone(),
    };
    let answer = ask_at(&shown, &site, &platform, NOW);
    assert_eq!((answer.status, text(&answer)), (204, ""));
    assert!(header(&answer, "Set-Cookie").is_empty());
    let stats = ask_at(
        &with_token("/api/consent/stats", TOKEN),
        &site,
        &platform,
        NOW,
    );
    let stats = body(&stats);
    for (table, name) in [
        ("locales", "ru"),
        ("regimes", "opt_in"),
        ("countries", "unknown"),
        ("revisions", "aB3-_xYz"),
    ] {
        assert_eq!(stats[table][name]["shown"], 1, "{table}");
    }
    assert_eq!(stats["events"], 0);
    let foreign = ConsentRequest {
        origin: Some("https://evil.example".to_owned()),
        ..shown.clone()
    };
    assert_eq!(ask_at(&foreign, &site, &platform, NOW).status, 403);
    for (sent, status) in [
        ("locale=de", 422),
        ("surface=banner", 422),
        ("", 400),
        ("locale=ru&x=1", 400),
    ] {
        let platform = super::platform::platform(sent);
        assert_eq!(
            ask_at(&shown, &site, &platform, NOW).status,
            status,
            "{sent}"
        );
    }
    platform.site_over.set(Some(Budget::Shown));
    assert_eq!(ask_at(&shown, &site, &platform, NOW).status, 503);
}
