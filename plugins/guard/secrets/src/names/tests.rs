use super::*;

#[test]
fn strength_of_names() {
    for (name, want) in [
        ("password", Some(Strength::Password)),
        ("dbpass", Some(Strength::Password)),
        ("pass", Some(Strength::Password)),
        ("pw", Some(Strength::Password)),
        ("userpwd", Some(Strength::Password)),
        ("passwordhash", Some(Strength::Password)),
        ("passwordfile", None),
        ("apikey", Some(Strength::Key)),
        ("auth", Some(Strength::Key)),
        ("xapikeyid", Some(Strength::Key)),
        ("publicapikey", None),
        ("tokentype", None),
        ("maxtokens", None),
        ("tokens", Some(Strength::Key)),
        ("secretname", None),
        ("datadogkey", Some(Strength::Vendor)),
        ("datadogtoken", Some(Strength::Key)),
        ("datadogpassword", Some(Strength::Password)),
        ("herokuid", Some(Strength::Vendor)),
        ("keyboard", None),
        ("x", None),
        ("", None),
    ] {
        assert_eq!(strength(name.as_bytes()), want, "{name}");
    }
}

#[test]
fn names_before_separators() {
    for (text, want) in [
        ("password =", Some(Strength::Password)),
        ("\"db_password\" :", Some(Strength::Password)),
        ("X-API-Key:", Some(Strength::Key)),
        ("the API key:", Some(Strength::Key)),
        ("my key:", None),
        ("key:", None),
        ("api_secret: str =", Some(Strength::Key)),
        ("password:string =", Some(Strength::Password)),
        ("size: str =", None),
        ("os.environ['AUTH_TOKEN'] =", Some(Strength::Key)),
        ("**Password**:", Some(Strength::Password)),
        ("name =", None),
        ("=", None),
        (" =", None),
    ] {
        let n = text.len() - 1;
        assert_eq!(named(text.as_bytes(), n), want, "{text}");
        if want.is_some() {
            assert!(may_name(text.as_bytes(), n), "{text}");
        }
    }
}

#[test]
fn every_name_may_name() {
    for n in 0..COUNT {
        let (name, strength) = known(n);
        let text = [b"a_", name, b" = "].concat();
        assert!(may_name(&text, text.len() - 2), "{:?}", String::from_utf8_lossy(name));
        assert!(named(&text, text.len() - 2) >= Some(strength), "{:?}", String::from_utf8_lossy(name));
    }
}
