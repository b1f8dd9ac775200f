using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Binnacle.Operator;

/// <summary>
/// Where to listen, as people write it: <c>127.0.0.1:8081</c>, <c>[::1]:8081</c>, <c>0.0.0.0:8081</c> for all of IPv4, or
/// <c>:8081</c> for all of IPv6 and IPv4.
/// </summary>
internal static class ListenAddress
{
    // A parser that returns null has, to the library, returned no value at all.
    private static readonly IPEndPoint None = new(IPAddress.None, 0);

    /// <summary>What was given; null where it was <c>0</c> for none.</summary>
    public static IPEndPoint? Read(ParseResult parsed, Option<IPEndPoint?> option) =>
        parsed.GetValue(option) is { } address && !address.Equals(None) ? address : null;

    /// <summary>Reads it. A lone number is refused: .NET would take 8081 for the address 0.0.31.145.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out IPEndPoint? address)
    {
        address = null;
        var whole = text.StartsWith(':') ? $"[{IPAddress.IPv6Any}]{text}" : text;
        return whole.LastIndexOf(':') is > 0 and var colon
            && whole.AsSpan(0, colon).IndexOfAny('.', ']') >= 0
            && int.TryParse(whole.AsSpan(colon + 1), out _)
            && IPEndPoint.TryParse(whole, out address);
    }

    /// <summary>An option that takes one; null where <c>0</c> stands for none.</summary>
    public static Option<IPEndPoint?> Option(string name, string description, int port, bool mayBeNone = false) =>
        new(name)
        {
            Description = description,
            DefaultValueFactory = _ => new IPEndPoint(IPAddress.IPv6Any, port),
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                if (mayBeNone && text == "0")
                {
                    return None;
                }

                if (!TryParse(text, out var address))
                {
                    var none = mayBeNone ? ", or 0 for none" : "";
                    result.AddError($"{name} must be ADDRESS:PORT, for example 127.0.0.1:{port} or :{port}{none}");
                }

                return address;
            },
        };
}
