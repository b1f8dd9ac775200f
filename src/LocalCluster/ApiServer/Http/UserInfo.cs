using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Json;

namespace LocalCluster.ApiServer.Http;

/// <summary>Who asks.</summary>
internal sealed record UserInfo(string Name, string Uid, IReadOnlyList<string> Groups)
{
    public const string Administrators = "system:masters";

    public static UserInfo Anonymous { get; } = new("system:anonymous", "", ["system:unauthenticated"]);

    /// <summary>The server itself.</summary>
    public static UserInfo Server { get; } = new("system:apiserver", "", [Administrators]);

    /// <summary>A controller of the control plane, by its service account.</summary>
    public static UserInfo Controller(string name) =>
        new(
            $"system:serviceaccount:kube-system:{name}",
            "",
            ["system:serviceaccounts", "system:serviceaccounts:kube-system", "system:authenticated", Administrators]
        );

    /// <summary>What else is known of the user, by name.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Extra { get; init; } =
        System.Collections.Frozen.FrozenDictionary<string, IReadOnlyList<string>>.Empty;

    /// <summary>The <c>UserInfo</c> of reviews.</summary>
    public JsonObject Describe()
    {
        var result = new JsonObject { ["username"] = Name };
        if (Uid.Length > 0)
        {
            result["uid"] = Uid;
        }

        result["groups"] = Groups.ToJsonArray();
        if (Extra.Count > 0)
        {
            result["extra"] = new JsonObject(
                Extra.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)entry.Value.ToJsonArray()))
            );
        }

        return result;
    }

    public bool IsAdministrator => Groups.Contains(Administrators, StringComparer.Ordinal);
}
