namespace LocalCluster.ApiServer.Http;

/// <summary>Who asks.</summary>
internal sealed record UserInfo(string Name, string Uid, IReadOnlyList<string> Groups)
{
    public const string Administrators = "system:masters";

    public static UserInfo Anonymous { get; } = new("system:anonymous", "", ["system:unauthenticated"]);

    /// <summary>The server itself.</summary>
    public static UserInfo Server { get; } = new("system:apiserver", "", [Administrators]);

    public bool IsAdministrator => Groups.Contains(Administrators, StringComparer.Ordinal);
}
