using System.Reflection;

namespace Binnacle.Operator.Telemetry;

/// <summary>Which build this is.</summary>
/// <param name="Version">For example 0.1.0.</param>
/// <param name="Revision">Of the source, where the build knew it; else <c>unknown</c>.</param>
public sealed record BuildVersion(string Version, string Revision)
{
    /// <summary>As the compiler wrote it: <c>0.1.0+REVISION</c>.</summary>
    internal static BuildVersion Read()
    {
        var words = typeof(BuildVersion)
            .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion.Split('+', 2);
        return new BuildVersion(words?[0] ?? "unknown", words is { Length: 2 } ? words[1] : "unknown");
    }
}
