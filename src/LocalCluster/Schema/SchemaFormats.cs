using System.Globalization;
using System.Net;
using System.Net.Mail;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace LocalCluster.Schema;

/// <summary>The string formats that Kubernetes checks; it ignores all others.</summary>
internal static partial class SchemaFormats
{
    /// <summary>True when the format is checked for a type; dashes do not count in its name.</summary>
    public static bool IsKnown(string type, string format) =>
        type switch
        {
            "" or "string" => Check(Normal(format)) is not null,
            "integer" => format is "int32" or "int64",
            "number" => format is "float" or "double",
            _ => false,
        };

    /// <summary>True when a string has the format.</summary>
    public static bool Matches(string format, string text) => Check(Normal(format)) is not { } check || check(text);

    private static string Normal(string format) => format.Replace("-", "", StringComparison.Ordinal);

    private static Func<string, bool>? Check(string format) =>
        format switch
        {
            "datetime" => IsDateTime,
            "date" => IsDate,
            "duration" => IsDuration,
            "uri" => IsUri,
            "email" => IsEmail,
            "hostname" => IsHostname,
            "ipv4" => s => s.Contains('.', StringComparison.Ordinal) && IsAddress(s, AddressFamily.InterNetwork),
            "ipv6" => s => s.Contains(':', StringComparison.Ordinal) && IsAddress(s, AddressFamily.InterNetworkV6),
            "cidr" => IsCidr,
            "mac" => s => Mac().IsMatch(s),
            "uuid" => s => Uuid().IsMatch(s),
            "uuid3" => s => Uuid3().IsMatch(s),
            "uuid4" => s => Uuid4().IsMatch(s),
            "uuid5" => s => Uuid5().IsMatch(s),
            "byte" => s => Base64().IsMatch(s),
            "hexcolor" => s => HexColor().IsMatch(s),
            "ssn" => s => Ssn().IsMatch(s),
            "password" => _ => true,
            "k8sshortname" => s => s.Length <= 63 && ShortName().IsMatch(s),
            "k8slongname" => s => s.Length <= 253 && LongName().IsMatch(s),
            _ => null,
        };

    private static bool IsDateTime(string text)
    {
        var parts = text.ToLowerInvariant().Split('t');
        return text.Length >= 4
            && parts.Length >= 2
            && IsDate(parts[0])
            && Time().Match(parts[1]) is { Success: true } time
            && string.CompareOrdinal(time.Groups["h"].Value, "23") <= 0
            && string.CompareOrdinal(time.Groups["m"].Value, "59") <= 0
            && string.CompareOrdinal(time.Groups["s"].Value, "59") <= 0;
    }

    private static bool IsDate(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    private static bool IsDuration(string text) =>
        GoDuration().IsMatch(text)
        || LooseDuration()
            .Matches(text)
            .Any(m =>
                m.Groups["unit"].Value.ToLowerInvariant() is var unit
                && (ExactUnit().IsMatch(unit) || UnitPrefix().IsMatch(unit))
            );

    // What Go's url.ParseRequestURI takes: an absolute path, or anything after a scheme.
    private static bool IsUri(string text)
    {
        if (text.Length == 0 || text.Any(c => c is < ' ' or '\x7f') || HasBadPercent(text))
        {
            return false;
        }
        var match = Scheme().Match(text);
        var rest = text[match.Length..];
        if (!match.Success && !rest.StartsWith('/'))
        {
            return false;
        }
        return !rest.StartsWith("//", StringComparison.Ordinal) || Authority().IsMatch(rest);
    }

    private static bool HasBadPercent(string text)
    {
        for (var at = text.IndexOf('%', StringComparison.Ordinal); at >= 0; at = text.IndexOf('%', at + 1))
        {
            if (at + 2 >= text.Length || !char.IsAsciiHexDigit(text[at + 1]) || !char.IsAsciiHexDigit(text[at + 2]))
            {
                return true;
            }
        }
        return false;
    }

    private static bool IsEmail(string text) =>
        MailAddress.TryCreate(text, out var address) && address.Address.Length > 0;

    private static bool IsHostname(string text) =>
        text.Length <= 255 && Hostname().IsMatch(text) && text.Split('.').All(label => label.Length <= 63);

    private static bool IsAddress(string text, AddressFamily family)
    {
        if (family == AddressFamily.InterNetwork)
        {
            // Leading zeros are read as decimal.
            var parts = text.Split('.');
            return parts.Length == 4
                && parts.All(p =>
                    p.Length is > 0 and < 10
                    && p.All(char.IsAsciiDigit)
                    && int.Parse(p, CultureInfo.InvariantCulture) <= 255
                );
        }
        return !text.Contains('%', StringComparison.Ordinal)
            && !text.Contains('[', StringComparison.Ordinal)
            && IPAddress.TryParse(text, out var address)
            && address.AddressFamily == family;
    }

    private static bool IsCidr(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (
            slash < 0
            || !int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var bits)
        )
        {
            return false;
        }
        var address = text[..slash];
        return (bits <= 32 && IsAddress(address, AddressFamily.InterNetwork))
            || (bits <= 128 && IsAddress(address, AddressFamily.InterNetworkV6));
    }

    [GeneratedRegex(
        @"^(?<h>[0-9]{2}):(?<m>[0-9]{2}):(?<s>[0-9]{2})(.[0-9]+)?(z|([+-][0-9]{2}:[0-9]{2}))\z",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Time();

    [GeneratedRegex(
        @"^[-+]?(0|(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+)\z",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex GoDuration();

    [GeneratedRegex(@"[0-9]+\s*(?<unit>[A-Za-zµ]+)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex LooseDuration();

    [GeneratedRegex(@"^(ns|us|µs|ms|s|m|h|hr|d|w|wk)\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex ExactUnit();

    [GeneratedRegex(
        "^(nano|micro|milli|sec|min|hour|day|week)",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex UnitPrefix();

    [GeneratedRegex("^[a-zA-Z][a-zA-Z0-9+.-]*:", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Scheme();

    [GeneratedRegex(
        @"^//([^/?#@]*@)?([^/?#@\s\[\]<>"":]*|\[[0-9A-Fa-f:.%a-z]+\])(:[0-9]*)?([/?#]|\z)",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Authority();

    [GeneratedRegex(
        @"^([a-zA-Z0-9\p{S}\p{L}]((-?[a-zA-Z0-9\p{S}\p{L}]{0,62})?)|([a-zA-Z0-9\p{S}\p{L}](([a-zA-Z0-9\-\p{S}\p{L}]{0,61}[a-zA-Z0-9\p{S}\p{L}])?)(\.)){1,}([a-zA-Z\p{L}]){2,63})\z",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Hostname();

    [GeneratedRegex(
        @"^([0-9A-Fa-f]{2}([:-][0-9A-Fa-f]{2}){5}|[0-9A-Fa-f]{2}([:-][0-9A-Fa-f]{2}){7}|[0-9A-Fa-f]{2}([:-][0-9A-Fa-f]{2}){19}|([0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4}|([0-9A-Fa-f]{4}\.){3}[0-9A-Fa-f]{4}|([0-9A-Fa-f]{4}\.){9}[0-9A-Fa-f]{4})\z",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Mac();

    [GeneratedRegex(
        @"^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}\z",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Uuid();

    [GeneratedRegex(
        @"^[0-9a-f]{8}-?[0-9a-f]{4}-?3[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}\z",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Uuid3();

    [GeneratedRegex(
        @"^[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}\z",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Uuid4();

    [GeneratedRegex(
        @"^[0-9a-f]{8}-?[0-9a-f]{4}-?5[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}\z",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Uuid5();

    [GeneratedRegex(
        @"^(?:[A-Za-z0-9+\/]{4})*(?:[A-Za-z0-9+\/]{2}==|[A-Za-z0-9+\/]{3}=|[A-Za-z0-9+\/]{4})\z",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Base64();

    [GeneratedRegex(
        @"^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})\z",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex HexColor();

    [GeneratedRegex(
        @"^[0-9]{3}[- ]?[0-9]{2}[- ]?[0-9]{4}\z",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Ssn();

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex ShortName();

    [GeneratedRegex(
        @"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex LongName();
}
