namespace LocalCluster.ApiServer.Resources;

/// <summary>The kind that a body should be of.</summary>
internal readonly record struct BodyKind(string Group, string Version, string Kind)
{
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";
}
